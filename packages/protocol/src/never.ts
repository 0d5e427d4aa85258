/** Ends every switch over a union: an unhandled member is a compile error, and at run time it names the value. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`)
}
