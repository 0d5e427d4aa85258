import { readText } from '../../streams/stream'
import { gitArgs } from './args'
import { fatal } from './git-error'
import type { Git } from './git-call'
import { byteOrder } from './oid'
import { wildmatch } from './wildmatch'

/** A step to a second parent counts as so many. */
const MERGE_WEIGHT = 65_535

interface Named {
  readonly tip: string
  readonly generation: number
  readonly distance: number
  readonly isTag: boolean
  readonly time: number
}

function weightOf({ distance, generation }: Named): number {
  return distance + (generation > 0 ? MERGE_WEIGHT : 0)
}

function isBetter(old: Named, fresh: Named): boolean {
  if (old.isTag !== fresh.isTag) return fresh.isTag
  if (weightOf(old) !== weightOf(fresh)) return weightOf(old) > weightOf(fresh)
  return !old.isTag && old.time !== fresh.time && old.time > fresh.time
}

/** Names of commits by the refs that they can be reached from. */
export class RevNames {
  readonly #git: Git
  readonly #names = new Map<string, Named>()

  constructor(git: Git, keeps: (ref: string) => boolean) {
    this.#git = git
    const { objects, refs } = git.repo
    const tips = refs.list().flatMap(([ref, oid]) => {
      const commit = keeps(ref) ? git.revisions.peel(oid, 'commit') : undefined
      if (commit === undefined) return []
      const isDeep = objects.read(oid).type === 'tag'
      const isTag = ref.startsWith('refs/tags/')
      const time = isDeep ? (objects.tag(oid).tagger?.time ?? 0) : objects.commit(commit).committer.time
      const name = ref.replace(/^refs\/heads\//, '').replace(/^refs\//, '')
      return [{ commit, named: { tip: isDeep ? `${name}^0` : name, generation: 0, distance: 0, isTag, time } }]
    })
    const order = tips.toSorted(
      (a, b) => Number(b.named.isTag) - Number(a.named.isTag) || a.named.time - b.named.time || byteOrder(a.named.tip, b.named.tip),
    )
    for (const { commit, named } of order) this.#walk(commit, named)
  }

  #walk(start: string, first: Named): void {
    const rest: [string, Named][] = [[start, first]]
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const [oid, named] = next
      const known = this.#names.get(oid)
      if (known !== undefined && !isBetter(known, named)) continue
      this.#names.set(oid, named)
      this.#git.call.tick()
      const steps = this.#git.repo.objects.commit(oid).parents.map((parent, i): [string, Named] => {
        if (i === 0) return [parent, { ...named, generation: named.generation + 1, distance: named.distance + 1 }]
        const lead = named.tip.replace(/\^0$/, '')
        const tip = named.generation > 0 ? `${lead}~${named.generation}^${i + 1}` : `${lead}^${i + 1}`
        return [parent, { ...named, tip, generation: 0, distance: named.distance + MERGE_WEIGHT }]
      })
      rest.push(...steps.toReversed())
    }
  }

  of(oid: string): string | undefined {
    const named = this.#names.get(oid)
    if (named === undefined) return undefined
    return named.generation === 0 ? named.tip : `${named.tip.replace(/\^0$/, '')}~${named.generation}`
  }

  get all(): readonly string[] {
    return [...this.#names.keys()]
  }
}

/** `git name-rev`. */
export async function nameRev(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'name-only tags refs= exclude= all stdin annotate-stdin undefined always')
  const fits = (pattern: string, ref: string): boolean =>
    [ref, ref.replace(/^refs\//, ''), ref.replace(/^refs\/[^/]+\//, '')].some((name) => wildmatch(pattern, name))
  const names = new RevNames(git, (ref) => {
    if (args.has('tags') && !ref.startsWith('refs/tags/')) return false
    if (args.values('exclude').some((pattern) => fits(pattern, ref))) return false
    return args.values('refs').length === 0 || args.values('refs').some((pattern) => fits(pattern, ref))
  })
  const shown = (oid: string): string | undefined => {
    const name = names.of(oid)
    return args.has('name-only') && args.has('tags') ? name?.replace(/^tags\//, '') : name
  }
  if (args.has('stdin') || args.has('annotate-stdin')) {
    const text = await readText(git.call.stdin)
    git.print(
      text.replace(/\b[0-9a-f]{40}\b/g, (oid) => {
        const name = shown(oid)
        return name === undefined ? oid : args.has('name-only') ? name : `${oid} (${name})`
      }),
    )
    return 0
  }
  for (const word of args.has('all') ? names.all : args.words) {
    const found = git.revisions.find(word)
    if (found === undefined) {
      await git.say(`Could not get sha1 for ${word}. Skipping.\n`)
      continue
    }
    const oid = git.revisions.peel(found, 'commit') ?? found
    const isRefused = args.last('undefined', 'no-undefined') === 'no-undefined'
    const name =
      shown(oid) ?? (!isRefused ? 'undefined' : args.has('always') ? git.repo.objects.abbreviate(oid) : fatal(`cannot describe '${word}'`))
    git.print(args.has('name-only') ? `${name}\n` : `${word} ${name}\n`)
  }
  return 0
}
