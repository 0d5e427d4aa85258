import semver from 'semver'
import { NODE_VERSION } from '../version'
import type { Manifest } from './manifest'
import { NpmError } from './npm-error'
import { publishedOf, type Packument, type Published } from './registry'
import type { Spec } from './spec'

/** Which version npm takes for what was asked. @throws NpmError ETARGET, ENOVERSIONS */
export function pickVersion(packument: Packument, { name, type, range }: Spec): Published {
  const { tags, versions } = packument
  if (versions.size === 0) throw new NpmError('ENOVERSIONS', `No versions available for ${name}`)
  const take = (version: string | undefined): Published | undefined =>
    version === undefined ? undefined : publishedOf(name, versions.get(version))
  const found =
    type === 'tag' ? take(tags.get(range)) : type === 'version' ? take(semver.clean(range, true) ?? range) : inRange(packument, range, take)
  if (found !== undefined) return found
  throw new NpmError(
    'ETARGET',
    `No matching version found for ${name}@${range}.`,
    'In most cases you or one of your dependencies are requesting',
    'a package version that doesn’t exist.',
  )
}

function inRange(
  { tags, versions }: Packument,
  range: string,
  take: (version: string | undefined) => Published | undefined,
): Published | undefined {
  const isIn = (version: string): boolean => range === '*' || range === '' || semver.satisfies(version, range, true)
  const latest = tags.get('latest')
  if (latest !== undefined && isIn(latest)) {
    const one = take(latest)
    if (one !== undefined && one.deprecated === undefined && isForThisNode(one)) return one
  }
  const candidates = [...versions.keys()].filter((version) => semver.valid(version, true) !== null && isIn(version))
  let best: Published | undefined
  for (const version of candidates.toSorted((a, b) => semver.rcompare(a, b, true))) {
    const one = take(version)
    if (one === undefined) continue
    if (one.deprecated === undefined && isForThisNode(one)) return one
    // Better deprecated than for another Node.
    if (best === undefined || (!isForThisNode(best) && isForThisNode(one))) best = one
  }
  return best
}

/** The range of Node versions that a package names; undefined for any. */
export function nodeRangeOf({ engines }: Pick<Manifest, 'engines'>): string | undefined {
  return Array.isArray(engines) ? undefined : engines['node']
}

/** Whether a package says that it runs in this Node. */
export function isForThisNode(manifest: Pick<Manifest, 'engines'>): boolean {
  const range = nodeRangeOf(manifest)
  return range === undefined || semver.satisfies(NODE_VERSION, range, { includePrerelease: true, loose: true })
}

/**
 * Whether a package may be here at all. No processor is: code that was compiled for one does not run in this sandbox, so what is for x64 or
 * arm64 alone is left out as npm leaves out what is for other machines.
 */
export function isForThisPlatform({ os, cpu }: Pick<Manifest, 'os' | 'cpu'>): boolean {
  return isAmong('linux', os) && isAmong('wasm32', cpu)
}

function isAmong(name: string, told: readonly string[]): boolean {
  if (told.length === 0 || told.includes('any')) return true
  if (told.includes(`!${name}`)) return false
  return told.includes(name) || told.every((one) => one.startsWith('!'))
}
