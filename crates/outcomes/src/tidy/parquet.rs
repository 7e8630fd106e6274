//! A tidy table as Parquet: one group of rows, plain optional columns, an empty cell a null.
//!
//! What a column means stands in the file itself, under `holdfast.means.` and the column's name.

use std::sync::Arc;

use ::parquet::basic::{LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::Type;

use super::{Column, Holds, Table, TidyError};

/// A column's values that are there, and for every row whether it has one.
type Cells<T> = (Vec<T>, Vec<i16>);

pub(super) fn written(table: &Table) -> Result<Vec<u8>, TidyError> {
    let failed = |error: ParquetError| TidyError::Writer {
        table: table.name.clone(),
        why: error.to_string(),
    };
    let means = table.columns.iter().map(|column| {
        let text = format!("{} ({})", column.means, column.values);
        KeyValue::new(format!("holdfast.means.{}", column.name), text)
    });
    let properties = WriterProperties::builder()
        .set_created_by("Holdfast".to_owned())
        .set_key_value_metadata(Some(means.collect()))
        .build();
    let schema = schema(table).map_err(failed)?;
    let mut bytes = Vec::new();
    let mut file =
        SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).map_err(failed)?;
    let mut group = file.next_row_group().map_err(failed)?;
    for (place, column) in table.columns.iter().enumerate() {
        put(table, &mut group, place, column)?;
    }
    group.close().map_err(failed)?;
    file.close().map_err(failed)?;
    Ok(bytes)
}

fn schema(table: &Table) -> Result<Arc<Type>, ParquetError> {
    let fields: Result<Vec<Arc<Type>>, ParquetError> = table
        .columns
        .iter()
        .map(|column| {
            let (physical, logical) = match column.holds {
                Holds::Words => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
                Holds::Whole => (Physical::INT64, None),
                Holds::Number => (Physical::DOUBLE, None),
                Holds::Truth => (Physical::BOOLEAN, None),
            };
            Type::primitive_type_builder(&column.name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(logical)
                .build()
                .map(Arc::new)
        })
        .collect();
    let root = Type::group_type_builder(&table.name).with_fields(fields?);
    root.build().map(Arc::new)
}

fn put<W: std::io::Write + Send>(
    table: &Table,
    group: &mut SerializedRowGroupWriter<'_, W>,
    place: usize,
    column: &Column,
) -> Result<(), TidyError> {
    match column.holds {
        Holds::Words => {
            let word = |cell: &str| Some(ByteArray::from(cell.as_bytes().to_vec()));
            write::<ByteArrayType, W>(table, group, &cells(table, place, column, word)?)
        }
        Holds::Whole => {
            let whole = |cell: &str| cell.parse().ok();
            write::<Int64Type, W>(table, group, &cells(table, place, column, whole)?)
        }
        Holds::Number => {
            let number = |cell: &str| cell.parse().ok();
            write::<DoubleType, W>(table, group, &cells(table, place, column, number)?)
        }
        Holds::Truth => {
            let truth = |cell: &str| match cell {
                "TRUE" => Some(true),
                "FALSE" => Some(false),
                _ => None,
            };
            write::<BoolType, W>(table, group, &cells(table, place, column, truth)?)
        }
    }
}

fn cells<T>(
    table: &Table,
    place: usize,
    column: &Column,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Cells<T>, TidyError> {
    let (mut values, mut is_there) = (Vec::new(), Vec::with_capacity(table.rows.len()));
    for (nth, row) in table.rows.iter().enumerate() {
        let cell = row.get(place).map_or("", String::as_str);
        is_there.push(i16::from(!cell.is_empty()));
        if !cell.is_empty() {
            values.push(read(cell).ok_or_else(|| TidyError::Cell {
                table: table.name.clone(),
                column: column.name.clone(),
                holds: column.holds,
                row: nth + 1,
                cell: cell.to_owned(),
            })?);
        }
    }
    Ok((values, is_there))
}

fn write<T: DataType, W: std::io::Write + Send>(
    table: &Table,
    group: &mut SerializedRowGroupWriter<'_, W>,
    (values, is_there): &Cells<T::T>,
) -> Result<(), TidyError> {
    let failed = |why: String| TidyError::Writer {
        table: table.name.clone(),
        why,
    };
    let next = group
        .next_column()
        .map_err(|error| failed(error.to_string()))?;
    let mut writer =
        next.ok_or_else(|| failed("it has fewer columns than the table".to_owned()))?;
    writer
        .typed::<T>()
        .write_batch(values, Some(is_there), None)
        .map_err(|error| failed(error.to_string()))?;
    writer.close().map_err(|error| failed(error.to_string()))
}
