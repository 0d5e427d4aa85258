import { bytesOf } from '../../text'
import { lines as linesFrom } from '../../streams/stream'
import { gitArgs } from './args'
import { DIFF_OPTIONS, diffPlan } from './diff/diff-plan'
import { diffWork, type FileChange, pathOf } from './diff/file-change'
import { linesOf } from './diff/lines'
import { isBinaryChange, patchText } from './diff/patch'
import { notImplemented } from './git-error'
import type { Git } from './git-call'
import { bareEntry } from './index-file'
import type { Pathspec } from './pathspec'
import { patchWithHunks, splitHunk, withHunks, type PickedHunk } from './picked-hunks'
import { refreshIndex } from './status'

const HELP = `y - stage this hunk
n - do not stage this hunk
q - quit; do not stage this hunk or any of the remaining ones
a - stage this hunk and all later hunks in the file
d - do not stage this hunk or any of the later hunks in the file
`
/** Said of the letters that the question has. */
const MORE_HELP = `j - leave this hunk undecided, see next undecided hunk
J - leave this hunk undecided, see next hunk
k - leave this hunk undecided, see previous undecided hunk
K - leave this hunk undecided, see previous hunk
g - select a hunk to go to
/ - search for a hunk matching the given regex
s - split the current hunk into smaller hunks
e - manually edit the current hunk
? - print help
`
/** What is said where a letter that the question did not have is answered. */
const REFUSALS: Readonly<Record<string, string>> = {
  K: 'No previous hunk',
  J: 'No next hunk',
  k: 'No previous hunk',
  j: 'No next hunk',
  g: 'No other hunks to goto',
  '/': 'No other hunks to search',
  s: 'Sorry, cannot split this hunk',
  e: 'Sorry, cannot edit this hunk',
}

/** `git add -p`: asks of each hunk, on standard output, and reads the answers from standard input. */
export async function addPatch(git: Git, spec: Pathspec): Promise<number> {
  refreshIndex(git)
  const changes = diffWork(git.repo, spec)
  const style = diffPlan(git, gitArgs([], DIFF_OPTIONS), 'patch').patch
  const isBin = (change: FileChange): boolean => isBinaryChange(change, style)
  for (const change of changes) refuse(change)
  const asked = changes.filter((change) => !isBin(change))
  if (asked.length === 0) await git.say(changes.length === 0 ? 'No changes.\n' : 'Only binary files changed.\n')
  const answers = linesFrom(git.call.stdin)
  for (const change of asked) {
    const { head, hunks } = patchWithHunks(patchText(change, { ...style, isColored: false, word: undefined }))
    if (hunks.length === 0) notImplemented(`add -p of a change without lines (${pathOf(change)})`)
    git.print(head)
    const asking = new Asking(git, { change, hunks, answers })
    const isOver = await asking.run()
    stageHunks(git, change, asking.hunks)
    git.print('\n')
    if (isOver) break
  }
  return 0
}

/** @throws GitError before anything is asked */
function refuse(change: FileChange): void {
  const path = pathOf(change)
  if (change.status === 'U') notImplemented(`add -p of an unmerged path (${path})`)
  if (change.status === 'T') notImplemented(`add -p of a file that became another kind of file (${path})`)
  if (change.old !== undefined && change.fresh !== undefined && change.old.mode !== change.fresh.mode)
    notImplemented(`add -p of a changed mode (${path})`)
}

function stageHunks(git: Git, { old, fresh }: FileChange, hunks: readonly PickedHunk[]): void {
  const { repo } = git
  if (!hunks.some(({ use }) => use === 'yes')) return
  if (fresh === undefined) {
    if (old !== undefined) repo.index.remove(old.path)
  } else {
    const before = old === undefined ? [] : linesOf(repo.objects.blobText(repo.index.get(old.path)?.oid ?? ''))
    const oid = repo.objects.write('blob', bytesOf(withHunks(before, hunks)))
    repo.index.add(bareEntry(fresh.path, fresh.mode, oid))
  }
  repo.saveIndex()
  refreshIndex(git)
}

interface Asked {
  readonly change: FileChange
  readonly hunks: readonly PickedHunk[]
  readonly answers: AsyncGenerator<{ readonly text: string }, void>
}

/** The questions about one file. */
class Asking {
  readonly #git: Git
  readonly #asked: Asked
  readonly #hunks: PickedHunk[]
  /** Letters that a question of this file has had: git takes them in later ones as well. */
  readonly #known = new Set<string>()
  #at = 0

  constructor(git: Git, asked: Asked) {
    this.#git = git
    this.#asked = asked
    this.#hunks = [...asked.hunks]
  }

  get hunks(): readonly PickedHunk[] {
    return this.#hunks
  }

  /** Whether no more files are to be asked about. */
  async run(): Promise<boolean> {
    for (;;) {
      const here = this.#hunks[this.#at] ?? this.#hunks[0]
      if (here === undefined) return false
      this.#at = this.#hunks.indexOf(here)
      const before = this.#hunks.findLastIndex(({ use }, i) => i < this.#at && use === undefined)
      const after = this.#hunks.findIndex(({ use }, i) => i > this.#at && use === undefined)
      if (before < 0 && after < 0 && here.use !== undefined) return false
      const letters = this.#letters(here, before, after)
      this.#git.print(`${here.head}${here.lines.join('')}${this.#question(letters)}`)
      await this.#git.out.flush()
      const answer = await this.#asked.answers.next()
      if (answer.done === true) return false
      if (await this.#take(answer.value.text.trim().charAt(0), { here, letters, before, after })) return true
      await this.#git.breathe()
    }
  }

  #letters(here: PickedHunk, before: number, after: number): string {
    const isMany = this.#hunks.length > 1
    const letters = [
      before >= 0 ? 'k' : '',
      this.#at > 0 ? 'K' : '',
      after >= 0 ? 'j' : '',
      this.#at + 1 < this.#hunks.length ? 'J' : '',
      isMany ? 'g/' : '',
      here.parts > 1 ? 's' : '',
      this.#asked.change.fresh === undefined ? '' : 'e',
    ].join('')
    for (const letter of letters) this.#known.add(letter)
    return letters
  }

  #question(letters: string): string {
    const { old, fresh, status } = this.#asked.change
    const what = fresh === undefined ? 'deletion' : old === undefined || status === 'A' ? 'addition' : 'this hunk'
    const more = letters === '' ? '' : `,${[...letters].join(',')}`
    return `(${this.#at + 1}/${this.#hunks.length}) Stage ${what} [y,n,q,a,d${more},?]? `
  }

  /** Does what was answered. Gives true where all is over. */
  async #take(answer: string, on: { here: PickedHunk; letters: string; before: number; after: number }): Promise<boolean> {
    const { here, letters, before, after } = on
    if (answer === '') return false
    const small = answer.toLowerCase()
    if (small === 'y' || small === 'n') {
      here.use = small === 'y' ? 'yes' : 'no'
      this.#at = after < 0 ? this.#hunks.length : after
      return false
    }
    if (small === 'a' || small === 'd' || small === 'q') {
      for (const hunk of this.#hunks.slice(this.#at)) hunk.use ??= small === 'a' ? 'yes' : 'no'
      this.#at = this.#hunks.length
      return small === 'q'
    }
    if (REFUSALS[answer] === undefined) {
      const extra = linesOf(MORE_HELP).filter((line) => line.startsWith('?') || letters.includes(line.charAt(0)))
      this.#git.print(`${HELP}${extra.join('')}`)
      return false
    }
    if (this.#known.has(answer)) this.#move(answer, { here, before, after })
    else await this.#git.say(`${REFUSALS[answer]}\n`)
    return false
  }

  #move(letter: string, { here, before, after }: { here: PickedHunk; before: number; after: number }): void {
    if (letter === 'K') this.#at -= 1
    else if (letter === 'J') this.#at += 1
    else if (letter === 'k') this.#at = before
    else if (letter === 'j') this.#at = after
    else if (letter === 's') {
      const parts = splitHunk(here)
      this.#hunks.splice(this.#at, 1, ...parts)
      this.#git.print(`Split into ${parts.length} hunks.\n`)
    } else notImplemented(`the answer ${letter} of add -p`)
  }
}
