import type { GitArgs } from '../args'
import type { Git } from '../git-call'
import { fatal } from '../git-error'
import { byteOrder } from '../oid'
import { pathOf, type FileChange } from './file-change'
import type { PatchStyle } from './patch'
import { copiedBytes, sideOid } from './renames'
import { statOf } from './stat'

/** What `--dirstat` counts, and from which share on it tells a folder. */
export interface DirstatStyle {
  readonly counts: 'changes' | 'lines' | 'files'
  readonly isCumulative: boolean
  readonly permille: number
}

/** What was asked for; undefined where it was not. @throws GitError */
export function dirstatStyle(git: Git, args: GitArgs): DirstatStyle | undefined {
  const options = args.found.filter(({ key }) => ['dirstat', 'dirstat-by-file', 'cumulative'].includes(key))
  if (options.length === 0) return undefined
  const usual: DirstatStyle = { counts: 'changes', isCumulative: false, permille: 30 }
  const words = [
    git.config.get('diff.dirstat') ?? '',
    ...options.map(({ key, value }) => {
      const more = value === undefined ? '' : `,${value}`
      return key === 'dirstat' ? (value ?? '') : key === 'cumulative' ? 'cumulative' : `files${more}`
    }),
  ]
  return words
    .flatMap((word) => word.split(','))
    .filter((word) => word !== '')
    .reduce(withWord, usual)
}

function withWord(style: DirstatStyle, word: string): DirstatStyle {
  if (word === 'changes' || word === 'lines' || word === 'files') return { ...style, counts: word }
  if (word === 'cumulative' || word === 'noncumulative') return { ...style, isCumulative: word === 'cumulative' }
  const share = /^(\d+)(?:\.(\d)\d*)?$/.exec(word)
  if (share === null) fatal(`Failed to parse --dirstat/-X option parameter:\n  Unknown dirstat parameter '${word}'\n`)
  return { ...style, permille: Number(share[1]) * 10 + Number(share[2] ?? 0) }
}

interface Damaged {
  readonly path: string
  readonly damage: number
}

function damageOf(change: FileChange, style: DirstatStyle, patch: PatchStyle): number {
  const { old, fresh } = change
  if (style.counts === 'lines') {
    const { added, removed, isBinary, sizes } = statOf(change, patch)
    return isBinary ? Math.ceil((sizes[0] + sizes[1]) / 64) : added + removed
  }
  if (old !== undefined && fresh !== undefined && sideOid(old) === sideOid(fresh)) return 0
  if (style.counts === 'files') return 1
  const [before, after] = [old?.read().length ?? 0, fresh?.read().length ?? 0]
  const copied = old === undefined || fresh === undefined ? 0 : copiedBytes(old, fresh)
  return before - copied + (after - copied) || 1
}

/** `--dirstat`: how much of the changes is in which folder. */
export function dirstatText(changes: readonly FileChange[], style: DirstatStyle, patch: PatchStyle): string {
  const files = changes
    .map((change): Damaged => ({ path: pathOf(change), damage: damageOf(change, style, patch) }))
    .filter(({ damage }) => style.counts !== 'lines' || damage > 0)
    .toSorted((x, y) => byteOrder(x.path, y.path))
  const whole = files.reduce((sum, { damage }) => sum + damage, 0)
  if (whole === 0) return ''
  const out: string[] = []
  folderDamage({ files, style, whole, out }, '')
  return out.join('')
}

interface Gathering {
  readonly files: readonly Damaged[]
  readonly style: DirstatStyle
  readonly whole: number
  readonly out: string[]
}

/** Tells what is below a folder, then the folder; gives what is left for the one above. */
function folderDamage(how: Gathering, folder: string): number {
  const inner = how.files.filter(({ path }) => path.startsWith(folder))
  const done = new Set<string>()
  let [sum, sources] = [0, 0]
  for (const { path, damage } of inner) {
    const slash = path.indexOf('/', folder.length)
    const below = slash < 0 ? undefined : path.slice(0, slash + 1)
    if (below === undefined) {
      sum += damage
      sources += 2
    } else if (!done.has(below)) {
      done.add(below)
      sum += folderDamage(how, below)
      sources += 1
    }
  }
  if (folder === '' || sources === 1 || sum === 0) return sum
  const permille = Math.floor((sum * 1000) / how.whole)
  if (permille < how.style.permille) return sum
  how.out.push(`${String(Math.floor(permille / 10)).padStart(4)}.${permille % 10}% ${folder}\n`)
  return how.style.isCumulative ? sum : 0
}
