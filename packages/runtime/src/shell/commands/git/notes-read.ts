import { textOf } from '../../text'
import type { GitArgs } from './args'
import type { Git } from './git-call'
import { treeFiles } from './diff/file-change'
import type { NoteText } from './pretty'
import { globRef } from './ref-words'

/** Where notes are when nothing else is said. */
const DEFAULT_NOTES = 'refs/notes/commits'

/** A name of notes as the ref that keeps them. */
export function notesRef(name: string): string {
  if (name.startsWith('refs/notes/')) return name
  return name.startsWith('notes/') ? `refs/${name}` : `refs/notes/${name}`
}

/** The ref that commands write to. */
export function usualNotesRef(git: Git): string {
  return git.env.get('GIT_NOTES_REF') ?? git.config.get('core.notesref') ?? DEFAULT_NOTES
}

/** Blobs of notes by the object that they are about. Folders are part of the name. */
export function readNotes(git: Git, ref: string): Map<string, string> {
  const { repo } = git
  const tip = repo.refs.resolve(ref)
  const notes = new Map<string, string>()
  if (tip === undefined) return notes
  for (const [path, { oid }] of treeFiles(repo.objects, repo.objects.commit(tip).tree)) {
    const object = path.replaceAll('/', '')
    if (/^[0-9a-f]{40}$/.test(object)) notes.set(object, oid)
  }
  return notes
}

/** The notes that a log shows: those of the usual ref unless a format was named, more where they are asked for. */
export function shownNotes(git: Git, args: GitArgs, format: string): ((oid: string) => readonly NoteText[]) | undefined {
  const refs = notesRefs(git, args, format)
  if (refs.length === 0) return undefined
  const all = refs.map((ref) => ({ ref, notes: readNotes(git, ref) })).filter(({ notes }) => notes.size > 0)
  return (oid) =>
    all.flatMap(({ ref, notes }): NoteText[] => {
      const blob = notes.get(oid)
      if (blob === undefined) return []
      const title = ref === DEFAULT_NOTES ? 'Notes' : `Notes (${ref.replace(/^refs\/(notes\/)?/, '')})`
      return [{ title, text: textOf(git.repo.objects.readAs(blob, 'blob')) }]
    })
}

function notesRefs(git: Git, args: GitArgs, format: string): readonly string[] {
  if (args.last('notes', 'no-notes') === 'no-notes') return []
  const isAsked = args.has('notes')
  const hasFormat = args.last('oneline', 'format', 'pretty') !== undefined
  if (!isAsked && hasFormat && !format.includes('%N')) return []
  const found = (glob: string): string[] => git.repo.refs.list('refs/notes/').flatMap(([ref]) => (globRef(glob).test(ref) ? [ref] : []))
  const named = args
    .values('notes')
    .map(notesRef)
    .flatMap((ref) => (/[*?[]/.test(ref) ? found(ref) : [ref]))
  const isUsual = !isAsked || args.found.some(({ key, value }) => key === 'notes' && value === undefined)
  if (!isUsual) return named
  const globs = git.env.get('GIT_NOTES_DISPLAY_REF')?.split(':') ?? git.config.getAll('notes.displayref')
  return [...new Set([usualNotesRef(git), ...globs.flatMap(found), ...named])]
}
