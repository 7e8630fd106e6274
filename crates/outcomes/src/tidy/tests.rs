use super::*;

fn table() -> Table {
    let column = |name: &str, holds: Holds| Column::new(name, holds, "unit", "what it means");
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    Table {
        name: "people".to_owned(),
        columns: vec![
            column("word", Holds::Words),
            column("weeks", Holds::Whole),
            column("score", Holds::Number),
            column("lasted", Holds::Truth),
        ],
        rows: vec![
            row(["a \"b\", c", "12", "0.25", "TRUE"]),
            row(["", "", "", ""]),
            row(["\u{e9}\n\u{2014}", "-3", "1e-3", "FALSE"]),
        ],
    }
}

#[test]
fn a_table_as_csv_is_read_back_cell_by_cell() {
    let table = table();
    let text = table.csv();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(names, ["word", "weeks", "score", "lasted"]);
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(rows, table.rows);
}

#[test]
fn the_dictionary_has_a_row_for_every_column() {
    let said = dictionary(&[table()]);
    assert_eq!(said.rows.len(), 4);
    assert_eq!(said.rows[1], ["people", "weeks", "unit", "what it means"]);
}

#[test]
fn only_what_is_built_in_is_offered_and_the_rest_is_refused_in_a_sentence() {
    let has_parquet = Format::built_in().contains(&Format::Parquet);
    assert_eq!(has_parquet, cfg!(feature = "parquet"));
    if !has_parquet {
        let refused = table().written(Format::Parquet).unwrap_err().to_string();
        assert!(refused.contains("ask for CSV"), "{refused}");
    }
}

#[cfg(feature = "parquet")]
mod parquet {
    use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
    use ::parquet::record::Field;

    use super::*;

    fn read(bytes: Vec<u8>) -> SerializedFileReader<bytes::Bytes> {
        SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap()
    }

    #[test]
    fn a_table_as_parquet_is_read_back_cell_by_cell_and_an_empty_cell_is_null() {
        let file = read(table().written(Format::Parquet).unwrap());
        let rows: Vec<Vec<Field>> = file
            .get_row_iter(None)
            .unwrap()
            .map(|row| {
                row.unwrap()
                    .into_columns()
                    .into_iter()
                    .map(|(_, cell)| cell)
                    .collect()
            })
            .collect();
        let word = |text: &str| Field::Str(text.to_owned());
        assert_eq!(
            rows,
            [
                vec![
                    word("a \"b\", c"),
                    Field::Long(12),
                    Field::Double(0.25),
                    Field::Bool(true)
                ],
                vec![Field::Null, Field::Null, Field::Null, Field::Null],
                vec![
                    word("\u{e9}\n\u{2014}"),
                    Field::Long(-3),
                    Field::Double(0.001),
                    Field::Bool(false)
                ],
            ]
        );
    }

    #[test]
    fn the_file_says_itself_what_its_columns_mean() {
        let file = read(table().written(Format::Parquet).unwrap());
        let said = file
            .metadata()
            .file_metadata()
            .key_value_metadata()
            .unwrap();
        let weeks = said
            .iter()
            .find(|one| one.key == "holdfast.means.weeks")
            .unwrap();
        assert_eq!(weeks.value.as_deref(), Some("what it means (unit)"));
    }

    #[test]
    fn a_table_without_rows_is_a_file_with_its_columns() {
        let empty = Table {
            rows: Vec::new(),
            ..table()
        };
        let file = read(empty.written(Format::Parquet).unwrap());
        assert_eq!(file.metadata().file_metadata().num_rows(), 0);
        assert_eq!(
            file.metadata().file_metadata().schema().get_fields().len(),
            4
        );
    }

    #[test]
    fn words_in_a_column_of_numbers_are_refused_with_their_place() {
        let mut table = table();
        table.rows[2][1] = "soon".to_owned();
        assert_eq!(
            table.written(Format::Parquet).unwrap_err().to_string(),
            "row 3 of the table people has \"soon\" in the column weeks, which holds Whole"
        );
    }
}
