import { gitArgs, unrecognized, usage } from './args'
import { failed, fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { commitsOf, LOG_OPTIONS, logPlan } from './log'
import { subjectOf } from './objects'
import { objectsBetween } from './protocol/object-walk'
import type { RemoteRef } from './protocol/transport'
import { type Bundle, bundleBytes, lackedBy, lackText, readBundle, unpackBundle } from './protocol/bundle-file'

/** `git bundle`. */
export async function bundle(git: Git, words: readonly string[]): Promise<number> {
  const [action, ...rest] = words
  switch (action) {
    case 'create':
      return create(git, rest)
    case 'verify':
      return verify(git, rest)
    case 'list-heads':
      return listHeads(git, rest)
    case 'unbundle':
      return unbundle(git, rest)
    default: {
      const what = action === undefined ? 'need a subcommand' : `unknown subcommand: \`${action}'`
      throw new GitError(`error: ${what}\nusage: git bundle create | verify | list-heads | unbundle`, { kind: 'plain', code: 129 })
    }
  }
}

async function create(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'q,quiet progress all-progress all-progress-implied version=', { stopsEarly: true })
  const [file, ...list] = args.words
  if (file === undefined) return usage('need a <file> argument')
  const version = args.value('version') ?? '2'
  if (version !== '2' && version !== '3') return fatal(`unsupported bundle version ${version}`)
  const walk = gitArgs(list, LOG_OPTIONS, { numeric: 'max-count', unknown: unrecognized })
  const { objects, head } = git.repo
  const plan = logPlan(git, walk, undefined)
  const named = namedRefs(git, walk, plan.words)
  const shown = plan.words.length === 0 && named.length === 0 ? [] : [...commitsOf(git, plan)].map(({ commit }) => commit)
  const inside = new Set(shown.map(({ oid }) => oid))
  const refs: RemoteRef[] = []
  for (const ref of named) {
    const isLeftOut = objects.read(ref.oid).type === 'commit' && !inside.has(ref.oid)
    if (!isLeftOut) refs.push(ref)
    else if (!plan.set.exclude.includes(ref.oid) || head === ref.oid)
      await git.say(`warning: ref '${ref.name}' is excluded by the rev-list options\n`)
  }
  if (refs.length === 0) fatal('Refusing to create empty bundle.')
  const edge = new Set(shown.flatMap(({ parents }) => parents.filter((oid) => !inside.has(oid))))
  const needs = [...edge]
    .map((oid) => objects.commit(oid))
    .toSorted((a, b) => b.committer.time - a.committer.time)
    .map(({ oid, message }): [string, string] => [oid, subjectOf(message)])
  const { oids } = objectsBetween(objects, { wants: refs.map(({ oid }) => oid), haves: [...edge], tick: () => git.call.tick() })
  const bytes = bundleBytes(objects, { refs, needs, oids, version: version === '3' ? 3 : 2 })
  if (file === '-') await git.call.stdout.write(bytes)
  else git.files.writeFile(git.call.at(file), bytes)
  return 0
}

/** Refs that the words name, each once, in their order. */
function namedRefs(git: Git, args: ReturnType<typeof gitArgs>, words: readonly string[]): RemoteRef[] {
  const { refs, head } = git.repo
  const found = new Map<string, string>()
  const put = (name: string | undefined): void => {
    const oid = name === undefined ? undefined : refs.resolve(name)
    if (name !== undefined && oid !== undefined) found.set(name, oid)
  }
  const all = refs.list()
  const kinds = [
    ['all', 'refs/'],
    ['branches', 'refs/heads/'],
    ['tags', 'refs/tags/'],
    ['remotes', 'refs/remotes/'],
  ] as const
  const wanted = kinds.filter(([key]) => args.has(key)).map(([, prefix]) => prefix)
  for (const [name] of all) if (wanted.some((prefix) => name.startsWith(prefix))) put(name)
  if (args.has('all') && head !== undefined) put('HEAD')
  for (const word of words) {
    const range = /^(.*?)(\.\.\.?)(.*)$/s.exec(word)
    const ends = range === null ? [word] : range[2] === '...' ? [range[1] ?? '', range[3] ?? ''] : [range[3] ?? '']
    for (const end of ends) if (!end.startsWith('^')) put(end === '' || end === 'HEAD' || end === '@' ? 'HEAD' : git.revisions.fullRef(end))
  }
  return [...found].map(([name, oid]) => ({ name, oid }))
}

/** @throws GitError where there is none */
function opened(git: Git, file: string | undefined): Bundle {
  if (file === undefined) return usage('need a <file> argument')
  if (git.files.find(git.call.at(file)) === undefined) return failed(`could not open '${file}'`)
  return readBundle(git.files, git.call.at(file)) ?? failed(`'${file}' does not look like a v2 or v3 bundle file`)
}

function headLines({ refs }: Pick<Bundle, 'refs'>, names: readonly string[]): string {
  return refs
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map(({ oid, name }) => `${oid} ${name}\n`)
    .join('')
}

async function verify(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'q,quiet')
  const [file] = args.words
  const read = opened(git, file)
  const lacked = lackedBy(git.repo.objects, read)
  if (lacked.length > 0) {
    await git.say(lackText(lacked))
    return 1
  }
  const counted = (count: number): string => (count === 1 ? 'this ref' : `these ${count} refs`)
  if (!args.has('quiet')) {
    git.print(`The bundle contains ${counted(read.refs.length)}:\n${headLines(read, [])}`)
    // The real git does not tell here what was said of them.
    git.print(
      read.needs.length === 0
        ? 'The bundle records a complete history.\n'
        : `The bundle requires ${counted(read.needs.length)}:\n${read.needs.map(([oid]) => `${oid} \n`).join('')}`,
    )
    git.print('The bundle uses this hash algorithm: sha1\n')
  }
  await git.say(`${file ?? ''} is okay\n`)
  return 0
}

async function listHeads(git: Git, words: readonly string[]): Promise<number> {
  const [file, ...names] = gitArgs(words, '').words
  git.print(headLines(opened(git, file), names))
  return Promise.resolve(0)
}

async function unbundle(git: Git, words: readonly string[]): Promise<number> {
  const [file, ...names] = gitArgs(words, 'progress').words
  const read = opened(git, file)
  const { objects } = git.repo
  const lacked = lackedBy(objects, read)
  if (lacked.length > 0) {
    await git.say(lackText(lacked))
    return 1
  }
  await unpackBundle(objects, read, { step: () => git.breathe(), tick: () => git.call.tick() })
  git.print(headLines(read, names))
  return 0
}
