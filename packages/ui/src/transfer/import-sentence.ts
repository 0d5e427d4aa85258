import { plural, t } from '../language'

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
    ...(added > 0 ? [t('{files} added', { files: plural(added, 'file') })] : []),
    ...(changed > 0 ? [t('{count} replaced', { count: changed })] : []),
    ...(same > 0 ? [t('{count} as they were', { count: same })] : []),
  ]
  const done =
    parts.length === 0 ? t('Nothing of {name} was imported.', { name }) : t('Imported {name}: {parts}.', { name, parts: parts.join(', ') })
  const back = added + changed > 0 ? ` ${t('“Rewind” in the session menu undoes it.')}` : ''
  return `${done}${leftOutSentence(leftOut)}${ignoredSentence(ignored)}${back}`
}

function leftOutSentence(leftOut: ImportResult['leftOut']): string {
  const [first] = leftOut
  if (first === undefined) return ''
  if (leftOut.length === 1) return ` ${t('Left out: {path}, it {why}.', first)}`
  return ` ${t('Left out: {count} files, the first of them {path}, it {why}.', { count: leftOut.length, ...first })}`
}

function ignoredSentence(ignored: readonly string[]): string {
  const [first, second] = ignored
  if (first === undefined) return ''
  return ` ${t(ignoredText(ignored.length), { first, second: second ?? '', count: ignored.length - 1 })}`
}

function ignoredText(count: number) {
  if (count === 1) return 'Left out as .gitignore says: {first}; “Import and export” takes it in.'
  return count === 2
    ? 'Left out as .gitignore says: {first} and {second}; “Import and export” takes them in.'
    : 'Left out as .gitignore says: {first} and {count} more; “Import and export” takes them in.'
}

/** How far an import is. */
export function progressSentence(name: string, done: number, of: number): string {
  return of === 0
    ? t('Importing {name} …', { name })
    : t('Importing {name}: {done} % read …', { name, done: Math.floor((done / of) * 100) })
}
