/** What an import did, as the runtime tells it. */
export interface ImportResult {
  readonly added: number
  readonly changed: number
  readonly same: number
  readonly leftOut: readonly { readonly path: string; readonly why: string }[]
  /** Left out by the `.gitignore` files of a folder. */
  readonly ignored?: readonly string[]
}

/** What an import did, in a sentence or two. */
export function importSentence(name: string, { added, changed, same, leftOut, ignored = [] }: ImportResult): string {
  const parts = [
    ...(added > 0 ? [`${files(added)} added`] : []),
    ...(changed > 0 ? [`${changed} replaced`] : []),
    ...(same > 0 ? [`${same} as they were`] : []),
  ]
  const done = parts.length === 0 ? `Nothing of ${name} was imported.` : `Imported ${name}: ${parts.join(', ')}.`
  const back = added + changed > 0 ? ' “Rewind” in the session menu undoes it.' : ''
  return `${done}${leftOutSentence(leftOut)}${ignoredSentence(ignored)}${back}`
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`
}

function leftOutSentence(leftOut: ImportResult['leftOut']): string {
  const [first] = leftOut
  if (first === undefined) return ''
  if (leftOut.length === 1) return ` Left out: ${first.path}, it ${first.why}.`
  return ` Left out: ${leftOut.length} files, the first of them ${first.path}, it ${first.why}.`
}

function ignoredSentence(ignored: readonly string[]): string {
  const [first, second] = ignored
  if (first === undefined) return ''
  const named = ignored.length === 2 ? `${first} and ${second}` : ignored.length === 1 ? first : `${first} and ${ignored.length - 1} more`
  return ` Left out as .gitignore says: ${named}; “Import and export” takes ${ignored.length === 1 ? 'it' : 'them'} in.`
}

/** How far an import is. */
export function progressSentence(name: string, done: number, of: number): string {
  return of === 0 ? `Importing ${name} …` : `Importing ${name}: ${Math.floor((done / of) * 100)} % read …`
}
