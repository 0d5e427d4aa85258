import type { Json } from '@tabwright/protocol'
import semver from 'semver'
import type { Call } from '../../../shell/commands/command'
import { bytesOf, textOf } from '../../../shell/text'
import { readLock } from './lock-file'
import { NpmError } from './npm-error'
import type { PackageNode } from './package-tree'
import { pickVersion } from './pick'
import { needProject, rootInfo, type Project } from './project'
import { Registry, type Packument } from './registry'
import { settingsOf, type NpmLine } from './settings'
import { dependencySpec, wantedOf } from './spec'
import { nodeOf } from './wishes'
import { meantOf, repoOf, type Repo } from './workspaces'

/** What is laid out in `node_modules`; undefined where npm put nothing there. */
function installed({ system: { tree } }: Call, project: Project): PackageNode | undefined {
  const path = `${project.folder}/node_modules/.package-lock.json`
  const node = tree.find(path)
  return node?.type === 'file' ? readLock(textOf(node.bytes), path, rootInfo(project)).root : undefined
}

/** `npm ls [--all] [--json] [<name>…]` */
export async function npmLs(call: Call, { words, options }: NpmLine): Promise<number> {
  const repo = repoOf(call, { options })
  const { root: project, chosen } = repo
  const root = installed(call, project)
  const isDeep = options.has('all') || words.length > 0 || Number(options.get('depth') ?? 0) > 0
  const missing = meantOf(repo).flatMap((one) => missingIn(root, repo, one))
  const rows = root
    ? rowsOf(root, { isDeep: isDeep || chosen.length > 0, names: new Set(words), only: new Set(chosen.map(({ name }) => name)) })
    : []
  if (options.has('json')) await call.stdout.write(`${JSON.stringify(jsonOf(project, root), undefined, 2)}\n`)
  else {
    const { name = '', version } = project.manifest
    const head = `${name}${version === undefined ? '' : `@${version}`} ${project.folder}`.trim()
    const lacking = missing.map(({ name, text }) => ({ depth: 0, text: `UNMET DEPENDENCY ${name}@${text}` }))
    const all = words.length > 0 ? rows : [...rows, ...lacking]
    await call.stdout.write(`${head}\n${all.length === 0 ? '└── (empty)\n' : drawn(all)}\n`)
  }
  for (const { name, text, by } of missing) await call.stderr.write(`npm error missing: ${name}@${text}, required by ${by}\n`)
  return missing.length > 0 || (words.length > 0 && rows.length === 0) ? 1 : 0
}

/** What a project asks for and is not there. */
function missingIn(root: PackageNode | undefined, repo: Repo, project: Project): readonly { name: string; text: string; by: string }[] {
  const from = root && nodeOf(root, repo, project)
  const lacking = [...rootEdges(project)].filter(([name]) => from?.find(name) === undefined)
  return lacking.map(([name, text]) => ({ name, text, by: project.manifest.name ?? 'this project' }))
}

function rootEdges({ manifest }: Project): ReadonlyMap<string, string> {
  return new Map([...Object.entries(manifest.devDependencies), ...Object.entries(manifest.dependencies)])
}

interface TreeRow {
  readonly depth: number
  readonly text: string
}

/** Which rows are drawn. */
interface Rows {
  /** What is below others too. */
  readonly isDeep: boolean
  /** All, or those that lead to these. */
  readonly names: ReadonlySet<string>
  /** Below the project, all or these alone. */
  readonly only: ReadonlySet<string>
}

function rowsOf(root: PackageNode, { isDeep, names, only }: Rows): readonly TreeRow[] {
  const seen = new Set<PackageNode>()
  const rowsBelow = (node: PackageNode, depth: number): readonly TreeRow[] =>
    [...node.edges.values()].flatMap(({ name }) => {
      const found = node.find(name)
      if (found === undefined || (node === root && only.size > 0 && !only.has(name))) return []
      // A workspace is drawn where the project names it.
      const isKnown = seen.has(found) || (node !== root && found.info.workspace !== undefined)
      if (!isKnown) seen.add(found)
      // What a workspace asks for is the project’s own wish.
      const isOwn = node === root && found.info.workspace !== undefined
      const below = (isDeep || isOwn) && !isKnown ? rowsBelow(found, depth + 1) : []
      if (names.size > 0 && !names.has(name) && below.length === 0) return []
      const { info } = found
      const alias = info.name === name ? '' : `${name}@npm:`
      const link = info.workspace === undefined ? '' : ` -> ./${info.workspace}`
      return [{ depth, text: `${alias}${info.name}@${info.version}${isKnown ? ' deduped' : ''}${link}` }, ...below]
    })
  return rowsBelow(root, 0)
}

/** As npm draws it. */
function drawn(rows: readonly TreeRow[]): string {
  const isOpen: boolean[] = []
  const lines: string[] = []
  for (const [at, { depth, text }] of rows.entries()) {
    const rest = rows.slice(at + 1)
    const end = rest.findIndex((row) => row.depth < depth)
    const isLast = !rest.slice(0, end < 0 ? rest.length : end).some((row) => row.depth === depth)
    const hasBelow = (rest[0]?.depth ?? 0) > depth
    isOpen[depth] = !isLast
    const bars = isOpen.slice(0, depth).map((open) => (open ? '│ ' : '  '))
    lines.push(`${bars.join('')}${isLast ? '└' : '├'}─${hasBelow ? '┬' : '─'} ${text}\n`)
  }
  return lines.join('')
}

function jsonOf({ manifest }: Project, root: PackageNode | undefined): Json {
  const dependencies = [...(root?.edges.keys() ?? [])].flatMap((name): [string, Json][] => {
    const info = root?.children.get(name)?.info
    return info === undefined
      ? []
      : [[name, { version: info.version, ...(info.resolved !== undefined && { resolved: info.resolved }), overridden: false }]]
  })
  return {
    ...(manifest.version !== undefined && { version: manifest.version }),
    ...(manifest.name !== undefined && { name: manifest.name }),
    ...(dependencies.length > 0 && { dependencies: Object.fromEntries(dependencies) }),
  }
}

/** `npm view <package>[@range] [field…]` */
export async function npmView(call: Call, line: NpmLine): Promise<number> {
  const [word, ...fields] = line.words
  if (word === undefined) throw new NpmError('EUSAGE', 'npm view wants the name of a package.')
  const { spec } = wantedOf(word)
  const { registry: base } = settingsOf(call, line, call.cwd)
  const registry = new Registry({ call, base, purpose: `npm view ${word}`.slice(0, 300), wants: [spec.name] })
  const packument = await registry.packument(spec.name)
  const { version } = pickVersion(packument, spec)
  const all = describedBy(packument, version)
  if (fields.length === 0) {
    await call.stdout.write(line.options.has('json') ? `${JSON.stringify(all, undefined, 2)}\n` : summaryOf(packument, all))
    return 0
  }
  const values = fields.map((field): [string, unknown] => [field, at(all, field)]).filter(([, value]) => value !== undefined)
  const isAlone = fields.length === 1
  if (line.options.has('json')) {
    const told = isAlone ? values[0]?.[1] : Object.fromEntries(values)
    if (told !== undefined) await call.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`)
    return 0
  }
  const text = (value: unknown): string =>
    typeof value === 'string' && isAlone ? value : typeof value === 'string' ? `'${value}'` : JSON.stringify(value, undefined, 2)
  for (const [field, value] of values) await call.stdout.write(isAlone ? `${text(value)}\n` : `${field} = ${text(value)}\n`)
  return 0
}

function describedBy({ whole, versions, tags }: Packument, version: string): Readonly<Record<string, unknown>> {
  const own = versions.get(version)
  return {
    ...whole,
    ...(typeof own === 'object' && own !== null ? own : {}),
    versions: [...versions.keys()],
    'dist-tags': Object.fromEntries(tags),
  }
}

/** `dist.tarball`, `engines.node`. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((from, key) => {
    if (typeof from !== 'object' || from === null || !Object.hasOwn(from, key)) return undefined
    return new Map(Object.entries(from)).get(key)
  }, value)
}

function summaryOf({ name, tags, versions }: Packument, all: Readonly<Record<string, unknown>>): string {
  const words = (key: string): string => (typeof all[key] === 'string' ? all[key] : '')
  const textAt = (path: string): string => {
    const value = at(all, path)
    return typeof value === 'string' ? value : ''
  }
  const dependencies = at(all, 'dependencies')
  const needs =
    typeof dependencies === 'object' && dependencies !== null
      ? Object.entries(dependencies).map(([one, range]) => `${one}: ${String(range)}`)
      : []
  const lines = [
    '',
    `${name}@${words('version')} | ${words('license') || 'no license'} | deps: ${needs.length || 'none'} | versions: ${versions.size}`,
    words('description'),
    words('homepage'),
    '',
    'dist',
    `.tarball: ${textAt('dist.tarball')}`,
    `.integrity: ${textAt('dist.integrity')}`,
    ...(needs.length > 0 ? ['', 'dependencies:', ...needs] : []),
    '',
    'dist-tags:',
    ...[...tags].map(([tag, one]) => `${tag}: ${one}`),
    '',
  ]
  return `${lines.join('\n')}\n`
}

/** `npm outdated`: ends with 1 where something is. */
export async function npmOutdated(call: Call, line: NpmLine): Promise<number> {
  const repo = repoOf(call, line)
  const root = installed(call, repo.root)
  const { registry: base } = settingsOf(call, line, repo.root.folder)
  const projects = repo.chosen.length > 0 ? repo.chosen : [repo.root, ...repo.workspaces]
  const isOwn = new Set(repo.workspaces.map(({ name }) => name))
  const edges = projects
    .flatMap((project) => [...rootEdges(project)].map(([name, text]) => ({ project, name, text })))
    .filter(({ name }) => !isOwn.has(name) && (line.words.length === 0 || line.words.includes(name)))
  const wants = [...new Set(edges.map(({ name, text }) => dependencySpec(name, text).name))]
  const registry = new Registry({ call, base, purpose: 'npm outdated', wants })
  const rows: string[][] = []
  for (const { project, name, text } of edges) {
    const spec = dependencySpec(name, text)
    const packument = await registry.packument(spec.name)
    const wanted = pickVersion(packument, spec).version
    const latest = packument.tags.get('latest') ?? wanted
    const found = root && nodeOf(root, repo, project).find(name)
    const current = found?.info.version
    if (current === undefined || semver.lt(current, wanted, true) || semver.lt(current, latest, true))
      rows.push([name, current ?? 'MISSING', wanted, latest, found?.location ?? `node_modules/${name}`, project.manifest.name ?? ''])
  }
  if (rows.length === 0) return 0
  const all = [['Package', 'Current', 'Wanted', 'Latest', 'Location', 'Depended by'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === 0 || column > 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  await call.stdout.write(`${lines.join('\n')}\n`)
  return 1
}

/** `npm init -y` */
export async function npmInit(call: Call, line: NpmLine): Promise<number> {
  if (line.words.length > 0)
    throw new NpmError(
      'ENOTSUP',
      `npm init ${line.words[0]} runs a package that makes a project; npx create-${line.words[0]} does the same.`,
    )
  const path = `${call.cwd}/package.json`
  const { tree } = call.system
  if (!line.options.has('yes'))
    throw new NpmError('EUSAGE', 'npm init asks questions that nobody would answer here; npm init -y takes the usual answers.')
  const before = tree.find(path) === undefined ? {} : needProject(call).source
  const name = call.cwd
    .slice(call.cwd.lastIndexOf('/') + 1)
    .toLowerCase()
    .replaceAll(/[^a-z\d._~-]/g, '-')
  const fresh: Readonly<Record<string, Json>> = {
    name,
    version: '1.0.0',
    description: '',
    main: 'index.js',
    scripts: { test: 'echo "Error: no test specified" && exit 1' },
    keywords: [],
    author: '',
    license: 'ISC',
  }
  const text = `${JSON.stringify({ ...fresh, ...before }, undefined, 2)}\n`
  tree.writeFile(path, bytesOf(text))
  await call.stdout.write(`Wrote to ${path}:\n\n${text}\n\n`)
  return 0
}
