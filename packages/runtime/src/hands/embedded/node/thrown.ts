let last: { readonly value: unknown; readonly stack: string } | undefined

/** Names the call by which rewritten text remembers where it throws a value. */
export function nameThrown(): void {
  const value = (thrown: unknown): unknown => {
    last = { value: thrown, stack: new Error('thrown').stack ?? '' }
    return thrown
  }
  Object.defineProperty(globalThis, '__thrown', { value, writable: true, configurable: true, enumerable: false })
}

/** The stack of the place where a value was thrown, where that is known. */
export const stackOfThrown = (value: unknown): string | undefined =>
  last !== undefined && Object.is(last.value, value) ? last.stack : undefined
