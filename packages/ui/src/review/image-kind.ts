/** What a browser is told of a picture; by its name, as its content may be anything. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['svg', 'image/svg+xml'],
])

/** The kind of picture that a file is by its name; undefined: none that is shown. */
export function imageKind(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.includes('.') ? KINDS.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) : undefined
}
