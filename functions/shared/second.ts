/** The whole second of a time since 1970: S3's times have no more. */
export const secondOf = (time: Date) => Math.floor(time.getTime() / 1000);
