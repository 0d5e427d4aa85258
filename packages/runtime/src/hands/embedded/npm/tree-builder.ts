import { NOTHING } from './manifest'
import { NpmError } from './npm-error'
import { isForThisPlatform, pickVersion } from './pick'
import { meets, PackageNode, specOfEdge, startOf, type Edge, type Overrides, type PackageInfo } from './package-tree'
import type { Published, Registry } from './registry'
import type { Spec } from './spec'

/** What a tree is built with. */
export interface BuildOptions {
  readonly registry: Registry
  readonly overrides: Overrides
  /** `--legacy-peer-deps`: peers are nobody’s business. */
  readonly ignoresPeers: boolean
  /** `--force`: what does not go together is told and taken. */
  readonly isForced: boolean
  /** Dependencies that were typed: what is there by chance does not do for them. */
  readonly typed?: ReadonlySet<Edge>
  tick(): void
  warn(text: string): void
}

/** So often the tree is looked through for what does not fit; a tree that needs more does not come to rest. */
const MOST_ROUNDS = 20
const MOST_PACKAGES = 5000

/** Lays out packages as npm does: each as far up as it goes, below whoever needs it where another version is in its way. */
export class TreeBuilder {
  readonly #root: PackageNode
  readonly #options: BuildOptions
  /** Dependencies that stay as they are: nothing better is to be had. */
  readonly #given = new Set<string>()
  readonly #typed: Set<Edge>
  #count = 0

  constructor(root: PackageNode, options: BuildOptions) {
    this.#root = root
    this.#options = options
    this.#typed = new Set(options.typed)
  }

  /** Adds what is missing, replaces what does not fit, takes away what nobody needs. @throws NpmError, NetRefusal */
  async build(): Promise<void> {
    let queue = this.#own()
    let workspaces = [...this.#root.children.values()].filter(({ info }) => info.workspace !== undefined)
    for (let round = 0; queue.length > 0 || workspaces.length > 0; round++) {
      if (round > MOST_ROUNDS)
        throw new NpmError('EUNSETTLED', 'The dependencies of this project come to no rest: each choice undoes another.')
      while (queue.length > 0) {
        const [node] = queue.splice(0, 1)
        if (node !== undefined && this.#isThere(node)) queue.push(...(await this.#settle(node)))
        queue.sort((a, b) => a.depth - b.depth)
        if (queue.length > 0) continue
        // After all that the project itself brings, as npm goes.
        queue = workspaces.toSorted((a, b) => a.location.localeCompare(b.location, 'en')).flatMap((one) => [...one.all()])
        workspaces = []
      }
      prune(this.#root)
      // What was replaced may have been somebody’s.
      queue = [...this.#root.all()].filter((node) => this.#lacking(node).length > 0)
    }
  }

  /** What is there, workspaces and what is in them aside. */
  #own(): PackageNode[] {
    const others = [...this.#root.children.values()].filter(({ info }) => info.workspace === undefined)
    return [this.#root, ...others.flatMap((one) => [...one.all()])]
  }

  #isThere(node: PackageNode): boolean {
    return node.parent === undefined ? node === this.#root : node.parent.children.get(node.name) === node && this.#isThere(node.parent)
  }

  #lacking(node: PackageNode): readonly Edge[] {
    return [...node.edges.values()].filter((edge) => this.#isLacking(edge))
  }

  #isLacking(edge: Edge): boolean {
    const { type } = edge
    if (this.#typed.has(edge)) return true
    const isPeer = type === 'peer' || type === 'peerOptional'
    if ((isPeer && this.#options.ignoresPeers) || this.#given.has(keyOf(edge))) return false
    const found = startOf(edge).find(edge.name)
    if (found === undefined) return type !== 'peerOptional'
    return type !== 'peerOptional' && !meets(found, specOfEdge(edge, this.#options.overrides))
  }

  /** Places what one package lacks. Gives the packages that came. */
  async #settle(node: PackageNode): Promise<readonly PackageNode[]> {
    const lacking = this.#lacking(node)
    // Asked for together, looked at one after the other.
    for (const edge of lacking) this.#ahead(edge)
    const placed: PackageNode[] = []
    for (const edge of lacking) {
      this.#options.tick()
      if (!this.#isLacking(edge)) continue
      placed.push(...(await this.#bringWithPeers(edge)))
    }
    return placed
  }

  /** What a package wants beside it has its place before anything else may take that. */
  async #bringWithPeers(edge: Edge): Promise<readonly PackageNode[]> {
    const node = await this.#bring(edge)
    if (node === undefined) return []
    const peers: PackageNode[] = []
    for (const peer of node.edges.values())
      if (peer.type === 'peer' && this.#isLacking(peer)) peers.push(...(await this.#bringWithPeers(peer)))
    return [node, ...peers]
  }

  #ahead(edge: Edge): void {
    try {
      void this.#options.registry.packument(specOfEdge(edge, this.#options.overrides).name)
    } catch (thrown) {
      // Told when its turn comes.
      if (!(thrown instanceof NpmError)) throw thrown
    }
  }

  async #bring(edge: Edge): Promise<PackageNode | undefined> {
    const { registry, overrides } = this.#options
    try {
      const spec = specOfEdge(edge, overrides)
      const published = pickVersion(await registry.packument(spec.name), spec)
      this.#checkPlatform(edge, published)
      const there = this.#typed.delete(edge) ? startOf(edge).find(edge.name) : undefined
      if (there?.info.name === published.name && there.info.version === published.version) return undefined
      return this.#place(edge, spec, published)
    } catch (thrown) {
      if (edge.type !== 'optional' || !(thrown instanceof NpmError)) throw thrown
      this.#given.add(keyOf(edge))
      this.#options.warn(`optional dependency ${edge.name}@${edge.text} was left out: ${thrown.lines[0] ?? thrown.code}`)
      return undefined
    }
  }

  #checkPlatform({ type }: Edge, published: Published): void {
    if (type === 'optional' || isForThisPlatform(published)) return
    const { name, version, os, cpu } = published
    const wants = [os.length > 0 ? `os ${os.join(', ')}` : '', cpu.length > 0 ? `cpu ${cpu.join(', ')}` : ''].filter(Boolean).join('; ')
    this.#options.warn(`${name}@${version} is made for ${wants} and cannot run in this sandbox.`)
  }

  #place(edge: Edge, spec: Spec, published: Published): PackageNode | undefined {
    const target = this.#targetOf(edge, spec, published)
    if (target === undefined) {
      this.#given.add(keyOf(edge))
      return undefined
    }
    this.#count += 1
    if (this.#count > MOST_PACKAGES)
      throw new NpmError('ETOOMANY', `More than ${MOST_PACKAGES} packages would come; that is more than this sandbox takes.`)
    const node = new PackageNode(edge.name, infoOf(published), target)
    target.children.set(edge.name, node)
    if (published.deprecated !== undefined)
      this.#options.warn(`deprecated ${published.name}@${published.version}: ${published.deprecated.split('\n', 1)[0] ?? ''}`)
    return node
  }

  /** The package below which it goes: as far up as it is in nobody’s way. */
  #targetOf(edge: Edge, spec: Spec, published: Published): PackageNode | undefined {
    const start = startOf(edge)
    let best: PackageNode | undefined
    for (let at: PackageNode | undefined = start; at !== undefined; at = at.parent) {
      const there = at.children.get(edge.name)
      // What stands at the very place where it is looked for is in the way of a dependency that it does not meet.
      if (there !== undefined && (at !== start || !this.#mayReplace(edge, there))) break
      if (this.#isInNobodysWay(at, edge, published) && this.#peersMeet(at, published)) best = at
      if (there !== undefined) break
    }
    if (best !== undefined) return best
    const words = this.#conflict(edge, spec)
    const isOurs = edge.from === this.#root || (edge.from.parent === this.#root && this.#root.edges.has(edge.from.name))
    if (isOurs && !this.#options.isForced && edge.type !== 'optional') throw new NpmError('ERESOLVE', ...words)
    this.#options.warn(`ERESOLVE overriding peer dependency: ${words.join(' ')}`)
    return start.children.has(edge.name) ? undefined : start
  }

  /** The project’s own wish stands above what came with others. */
  #mayReplace(edge: Edge, there: PackageNode): boolean {
    if (there.info.workspace !== undefined) return false
    if (edge.type !== 'peer') return true
    const own = there.parent === this.#root ? this.#root.edges.get(there.name) : undefined
    return own === undefined || !meets(there, specOfEdge(own, this.#options.overrides))
  }

  /** Whoever below finds another one by now, and needs it, would find this one instead. */
  #isInNobodysWay(at: PackageNode, { name }: Edge, published: Published): boolean {
    const candidate = new PackageNode(name, infoOf(published), at)
    const above = at.parent?.find(name)
    for (const node of at.all()) {
      const edge = node.edges.get(name)
      if (edge === undefined || edge.type === 'peerOptional') continue
      const found = startOf(edge).find(name)
      const isShadowed = found === undefined ? node === at && this.#isLacking(edge) : found === above
      if (isShadowed && !this.#given.has(keyOf(edge)) && !meets(candidate, specOfEdge(edge, this.#options.overrides))) return false
    }
    return true
  }

  #peersMeet(at: PackageNode, { peerDependencies, peerDependenciesMeta }: Published): boolean {
    if (this.#options.ignoresPeers) return true
    return Object.entries(peerDependencies).every(([name, text]) => {
      if (peerDependenciesMeta[name]?.optional === true) return true
      const found = at.find(name)
      return found === undefined || meets(found, specOfEdge({ from: at, name, text, type: 'prod' }, this.#options.overrides))
    })
  }

  #conflict({ from, name, text, type }: Edge, { name: real }: Spec): readonly string[] {
    const found = from.find(name)
    const by = from === this.#root ? 'the root project' : `${from.info.name}@${from.info.version}`
    return [
      'unable to resolve dependency tree',
      `${found === undefined ? `nothing fits ${real}` : `Found: ${found.info.name}@${found.info.version} in ${found.location}`}`,
      `Could not resolve dependency: ${type === 'peer' ? 'peer ' : ''}${name}@"${text}" from ${by}`,
      'Fix the upstream dependency conflict, or retry this command with --force or --legacy-peer-deps.',
    ]
  }
}

const keyOf = ({ from, name }: Edge): string => `${from.location}\n${from.info.version}\n${name}`

function infoOf({ tarball, ...published }: Published): PackageInfo {
  return { ...published, resolved: tarball }
}

/** Of what has no description. */
export function missingInfo(name: string): PackageInfo {
  return { ...NOTHING, name, version: '', resolved: undefined, integrity: undefined }
}

/** Takes away what nobody needs any more. */
export function prune(root: PackageNode): void {
  const needed = reachable(root, () => true)
  for (const node of root.all()) if (node.parent !== undefined && !needed.has(node)) node.parent.children.delete(node.name)
}

/** What the project reaches by dependencies of some kinds, itself among them. */
export function reachable(root: PackageNode, follows: (edge: Edge) => boolean): ReadonlySet<PackageNode> {
  const seen = new Set<PackageNode>([root])
  for (const node of seen) {
    for (const edge of node.edges.values()) {
      const found = follows(edge) ? startOf(edge).find(edge.name) : undefined
      if (found !== undefined) seen.add(found)
    }
  }
  return seen
}
