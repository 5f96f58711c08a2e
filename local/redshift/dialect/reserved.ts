/** Words that Redshift reserves and PostgreSQL does not: as names they need quotes. Words that are operators or clauses
 * of supported statements (minus, sysdate) are dealt with before this list is asked. */
export const RESERVED_IN_REDSHIFT_ONLY: ReadonlySet<string> = new Set(
  `aes128 aes256 allowoverwrite backup blanksasnull bytedict bzip2 credentials current_user_id defrag deflate delta
  delta32k disable emptyasnull enable encode encrypt encryption explicit globaldict256 globaldict64k gzip identity
  ignore lun luns lzo lzop mostly16 mostly32 mostly8 new nulls off offline oid old open parallel partition percent
  permissions raw readratio recover rejectlog resort respect restore snapshot system tag tdes text255 text32k
  truncatecolumns wallet without`.split(/\s+/),
);
