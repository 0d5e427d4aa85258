/** `Fix the tests` becomes `fix-the-tests.tabwright.zip`: what any file system takes. */
export function exportName(title: string): string {
  return `${plainName(title)}.tabwright.zip`
}

/** A title as a part of a file's name. */
export function plainName(title: string): string {
  const name = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  return name === '' ? 'session' : name
}

/** Long enough for a browser that asks where to put the file. */
const KEPT_MS = 60_000

/** Gives the person a file, the way a link to it would. */
export function offerFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS)
}
