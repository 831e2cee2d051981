/** Which engine computed a result: part of every result document, and of the package's version. */
export const ENGINE_VERSION = "0.1.0";
