import { gzipSync } from 'fflate'
import { parentName } from '../../../shell/tree/tree-node'
import { outputName, Project, type ProjectOptions } from './project'

const ENTRY = '/@tabwright/index.tsx'

/** A file that was written, for the list at the end. */
export interface Written {
  readonly path: string
  readonly size: number
  readonly gzip: number
}

/**
 * Builds a project for others, into its folder. What was in that folder before is gone where it is the project's own and nobody said otherwise.
 * @throws BuildError and nothing is written
 */
export async function buildProject(options: ProjectOptions): Promise<readonly Written[]> {
  const { esbuild, config, tree } = options
  const project = new Project(options)
  const page = project.page()
  const inputs = new Map<string, Uint8Array>()
  const { assetsDir, base } = config
  const below = assetsDir === '' ? '' : `${assetsDir}/`
  const { outputFiles } = await project.run(() =>
    esbuild.build({
      ...project.options({ inputs }, new Map([[ENTRY, project.entry(page)]])),
      entryPoints: [{ in: ENTRY, out: `${below}index` }],
      outdir: '/@out',
      // What nobody knows the address of names its neighbours from where it is.
      ...(base !== './' && { publicPath: base }),
      entryNames: '[dir]/[name]-[hash]',
      chunkNames: `${below}[name]-[hash]`,
      assetNames: `${below}[name]-[hash]`,
      splitting: true,
      minify: config.minify,
      ...(config.sourcemap && { sourcemap: config.sourcemap }),
    }),
  )
  const files = new Map<string, Uint8Array>(outputFiles.map((file) => [outputName(file, '/@out'), file.contents]))
  const named = (end: string): readonly string[] =>
    [...files.keys()].filter((name) => name.startsWith(`${below}index-`) && name.endsWith(end)).map((name) => base + name)
  files.set('index.html', new TextEncoder().encode(page.render({ scripts: named('.js'), styles: named('.css'), base })))
  if (config.outDir === config.root || config.root.startsWith(`${config.outDir}/`))
    throw new Error(`${config.outDir} has the project itself in it, so nothing was written there.`)
  // Read before the folder goes: it may be the same.
  const asTheyAre = config.copyPublicDir ? [...publicFiles(options)] : []
  if (config.emptyOutDir ?? config.outDir.startsWith(`${config.root}/`)) tree.rm(config.outDir, { recursive: true, force: true })
  for (const [name, bytes] of asTheyAre) write(options, name, bytes)
  for (const [name, bytes] of files) write(options, name, bytes)
  return [...files].map(([name, bytes]) => ({ path: name, size: bytes.length, gzip: gzipSync(bytes).length }))
}

function write({ tree, config }: ProjectOptions, name: string, bytes: Uint8Array): void {
  const path = `${config.outDir}/${name}`
  tree.mkdir(parentName(path), true)
  tree.writeFile(path, bytes)
}

function* publicFiles(options: Pick<ProjectOptions, 'tree' | 'config'>, below = ''): Generator<readonly [string, Uint8Array]> {
  const { tree, config } = options
  const folder = config.publicDir === undefined ? undefined : tree.find(config.publicDir + below)
  if (folder?.type !== 'folder') return
  for (const [name, node] of folder.children) {
    if (node.type === 'file') yield [`${below}/${name}`.slice(1), node.bytes]
    else if (node.type === 'folder') yield* publicFiles(options, `${below}/${name}`)
  }
}
