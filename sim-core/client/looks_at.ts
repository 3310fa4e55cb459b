/** All bits of `LOOKS_AT`. */
export const EVERYTHING = -1;
