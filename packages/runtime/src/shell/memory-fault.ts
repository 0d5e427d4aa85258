/**
 * Words for a fault of the language itself that says that something is larger than there is room for; undefined for another, such as too
 * deep a recursion. They are told apart by their words alone.
 */
export function memoryFault(thrown: RangeError): string | undefined {
  if (/string length|array length|allocation|buffer/i.test(thrown.message))
    return 'cannot allocate memory: a text is larger than this sandbox can hold'
  if (/(?:map|set) maximum size/i.test(thrown.message)) return 'cannot allocate memory: a list has more entries than this sandbox can hold'
  return undefined
}
