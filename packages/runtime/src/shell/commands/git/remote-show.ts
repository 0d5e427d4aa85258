import { isAncestor } from './commit-graph'
import { staleRefs } from './fetch'
import type { Git } from './git-call'
import { byteOrder } from './oid'
import type { RemoteRef } from './protocol/transport'
import { connect, remoteOf, shownUrl, type Remote } from './remote-config'
import { isLeftOut, mapped, prettyRef, unmapped } from './remote-refspec'

/** `git remote show NAME`. */
export async function showRemote(git: Git, name: string, isOffline: boolean): Promise<void> {
  const remote = remoteOf(git, name)
  const refs = isOffline ? undefined : await connect(git, remote.url, { isProgress: false }).refs('fetch')
  git.print(`* remote ${name}\n  Fetch URL: ${shownUrl(remote.url)}\n`)
  for (const url of remote.pushUrls) git.print(`  Push  URL: ${shownUrl(url)}\n`)
  git.print(`  HEAD branch: ${headOf(refs)}\n`)
  branches(git, remote, refs)
  pulls(git, remote)
  pushes(git, refs)
}

function headOf(refs: readonly RemoteRef[] | undefined): string {
  if (refs === undefined) return '(not queried)'
  return refs.find(({ name }) => name === 'HEAD')?.target?.replace(/^refs\/heads\//, '') ?? '(unknown)'
}

/** One line with its first words padded. */
function table(lines: readonly (readonly [name: string, rest: string])[], indent: string): string {
  const width = Math.max(0, ...lines.map(([name]) => name.length))
  return lines.map(([name, rest]) => `${indent}${name.padEnd(width)}${rest === '' ? '' : ` ${rest}`}\n`).join('')
}

function branches(git: Git, remote: Remote, refs: readonly RemoteRef[] | undefined): void {
  const known: [string, string][] = []
  if (refs === undefined) {
    for (const [local] of git.repo.refs.list()) {
      const source = remote.fetch.map((spec) => unmapped(spec, local)).find((one) => one !== undefined)
      if (source !== undefined && git.repo.refs.target(local) === undefined) known.push([prettyRef(source), ''])
    }
    if (known.length > 0)
      git.print(
        `  Remote branch${known.length === 1 ? '' : 'es'}: (status not queried)\n${known.map(([name]) => `    ${name}\n`).join('')}`,
      )
    return
  }
  for (const { name } of refs) {
    if (isLeftOut(remote.fetch, name)) continue
    const local = remote.fetch
      .map((spec) => (spec.isNegative ? undefined : mapped(spec, name)))
      .find((one) => one !== undefined && one !== '')
    if (local === undefined) continue
    known.push([
      prettyRef(name),
      git.repo.refs.resolve(local) === undefined ? `new (next fetch will store in remotes/${remote.name})` : 'tracked',
    ])
  }
  for (const stale of staleRefs(git, remote.fetch, refs)) known.push([stale, "stale (use 'git remote prune' to remove)"])
  if (known.length > 0)
    git.print(
      `  Remote branch${known.length === 1 ? '' : 'es'}:\n${table(
        known.toSorted(([a], [b]) => byteOrder(a, b)),
        '    ',
      )}`,
    )
}

function pulls(git: Git, remote: Remote): void {
  const lines: { name: string; merges: string[]; isRebase: boolean }[] = []
  for (const branch of git.config.subsections('branch').toSorted(byteOrder)) {
    const merges = git.config.getAll(`branch.${branch}.merge`).map((one) => one.replace(/^refs\/heads\//, ''))
    if (git.config.get(`branch.${branch}.remote`) !== remote.name || merges.length === 0) continue
    lines.push({ name: branch, merges, isRebase: /^(true|yes|on|1)$/i.test(git.config.get(`branch.${branch}.rebase`) ?? '') })
  }
  if (lines.length === 0) return
  const width = Math.max(...lines.map(({ name }) => name.length))
  const anyRebase = lines.some(({ isRebase }) => isRebase)
  git.print(`  Local branch${lines.length === 1 ? '' : 'es'} configured for 'git pull':\n`)
  for (const { name, merges, isRebase } of lines) {
    const verb = isRebase ? 'rebases onto remote' : anyRebase ? ' merges with remote' : 'merges with remote'
    git.print(`    ${name.padEnd(width)} ${verb} ${merges.join(`\n${' '.repeat(width + 8)}and with remote `)}\n`)
  }
}

function pushes(git: Git, refs: readonly RemoteRef[] | undefined): void {
  if (refs === undefined) {
    git.print("  Local ref configured for 'git push' (status not queried):\n    (matching) pushes to (matching)\n")
    return
  }
  const { objects } = git.repo
  const lines = git.repo.refs.list('refs/heads/').flatMap(([name, oid]): [string, string, string][] => {
    const there = refs.find((ref) => ref.name === name)
    if (there === undefined) return []
    const state =
      there.oid === oid
        ? 'up to date'
        : !objects.has(there.oid)
          ? 'local out of date'
          : isAncestor(objects, there.oid, oid)
            ? 'fast-forwardable'
            : 'local out of date'
    return [[name.slice(11), name.slice(11), state]]
  })
  if (lines.length === 0) return
  const from = Math.max(...lines.map(([one]) => one.length))
  git.print(`  Local ref${lines.length === 1 ? '' : 's'} configured for 'git push':\n`)
  for (const [one, to, state] of lines) git.print(`    ${one.padEnd(from)} pushes to ${to.padEnd(from)} (${state})\n`)
}
