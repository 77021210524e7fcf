/// Who reads or writes files has their records, too.
@_exported public import Records
