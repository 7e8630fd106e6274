//! One module for each thing a person can do, who may do it, and the board.
