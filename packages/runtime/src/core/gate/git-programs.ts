import type { WorkspaceReader } from '@tabwright/protocol'
import type { CommandLine } from './command-line'
import { gitVerbs, isOfGit } from './git-hooks'

/** A program that a repository's settings have git start. Settings come along with a folder or an archive that a person brings. */
export interface GitProgram {
  /** As it is told: the program, and where it is named. */
  readonly told: string
  /** Name of an alias; `edit` for an editor, `any` for settings that are taken in from elsewhere. */
  readonly with: { readonly type: 'alias'; readonly name: string } | { readonly type: 'edit' } | { readonly type: 'any' }
}

const SETTINGS = /(?:^|\/)\.git\/(?:.+\/)?config(?:\.worktree)?$/
/** Longer settings are no settings: then they may say anything. */
const LONGEST = 200_000
const MOST_TOLD = 80

/** What the repositories of the workspace would have git start, as they are now. */
export async function gitProgramsOf(
  files: Pick<WorkspaceReader, 'list' | 'read'>,
  text: { decode(bytes: Uint8Array): string | undefined },
): Promise<readonly GitProgram[]> {
  const found: GitProgram[] = []
  for (const { path, size } of files.list().filter((entry) => SETTINGS.test(entry.path))) {
    const said = size > LONGEST ? undefined : text.decode(await files.read(path))
    if (said === undefined) found.push({ told: `what ${path} says`, with: { type: 'any' } })
    else for (const setting of settingsIn(said)) found.push(...programOf(path, setting))
  }
  return found
}

interface Setting {
  readonly section: string
  readonly key: string
  readonly value: string
}

const HEADER = /^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*(.*)$/

/** As git reads them, but for what stands behind the end of a value. */
function settingsIn(text: string): readonly Setting[] {
  const settings: Setting[] = []
  let section = ''
  for (const whole of text.replaceAll(/\\\r?\n/g, ' ').split('\n')) {
    const header = HEADER.exec(whole)
    if (header) section = (header[1] ?? '').toLowerCase()
    const match = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*)$/.exec(header ? (header[3] ?? '') : whole)
    if (match) settings.push({ section, key: (match[1] ?? '').toLowerCase(), value: (match[2] ?? '').trim() })
  }
  return settings
}

function programOf(path: string, { section, key, value }: Setting): readonly GitProgram[] {
  const shown = value.replaceAll(/\s+/g, ' ').slice(0, MOST_TOLD)
  const told = `${shown} (${section}.${key} of ${path})`
  if (section.startsWith('include') && key === 'path')
    return [{ told: `what ${shown} says (${section}.${key} of ${path})`, with: { type: 'any' } }]
  if (section === 'alias') return [{ told, with: { type: 'alias', name: key } }]
  const isEditor = key === 'editor' && (section === 'core' || section === 'sequence')
  return isEditor ? [{ told, with: { type: 'edit' } }] : []
}

/** What of git opens an editor as people use it. */
const EDITS: ReadonlySet<string> = new Set('am cherry-pick commit merge notes pull rebase revert tag'.split(' '))

/** Those that a command line may have git start. An alias cannot take the place of what git does itself. */
export function gitProgramsRunBy(line: CommandLine, programs: readonly GitProgram[]): readonly string[] {
  if (programs.length === 0) return []
  const verbs = gitVerbs(line)
  return programs.filter(({ with: how }) => verbs.some((verb) => mayStart(how, verb))).map(({ told }) => told)
}

function mayStart(how: GitProgram['with'], verb: string | null): boolean {
  if (verb === null) return true
  if (how.type === 'alias') return !isOfGit(verb) && verb.toLowerCase() === how.name
  return EDITS.has(verb) || !isOfGit(verb)
}
