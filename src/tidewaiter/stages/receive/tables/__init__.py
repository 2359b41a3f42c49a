"""Read tables: text, workbooks and Parquet, through a mapping that says which column is which field."""
