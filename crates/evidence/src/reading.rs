//! How old a reader must be: the Flesch-Kincaid grade plus five.
//!
//! Grade `0.39 words/sentences + 11.8 syllables/words - 15.59` (Kincaid et al. 1975). Syllables are
//! groups of vowels, less a silent final e; on plain English words this is right for about nine in
//! ten, which moves the age of a sentence by less than a year.

/// The highest reading age a sentence for patients may have.
pub const READING_AGE_MAX: f64 = 12.9;

/// The reading age of an English text, in years; 0 for a text without words.
pub fn reading_age(text: &str) -> f64 {
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| has_letter(word))
        .collect();
    let sentences = text
        .split(['.', '!', '?'])
        .filter(|part| has_letter(part))
        .count()
        .max(1);
    if words.is_empty() {
        return 0.0;
    }
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    let [words, sentences, syllables] = [words.len(), sentences, syllables].map(number);
    0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59 + 5.0
}

fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn syllables(word: &str) -> usize {
    let letters: String = word
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    let is_vowel = |letter: char| "aeiouy".contains(letter);
    let groups = letters
        .split(|letter| !is_vowel(letter))
        .filter(|part| !part.is_empty())
        .count();
    let silent = letters.ends_with('e') && !letters.ends_with("le") && groups > 1;
    let ed = letters.ends_with("ed")
        && !letters.ends_with("ted")
        && !letters.ends_with("ded")
        && groups > 1;
    groups.saturating_sub(usize::from(silent || ed)).max(1)
}
