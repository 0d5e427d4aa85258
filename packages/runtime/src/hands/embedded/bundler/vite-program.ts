import type { BuiltInProgram } from '../node/program'
import { buildProject } from './build-project'
import { DevBundle } from './dev-bundle'
import { serve } from './dev-server'
import type { Esbuild } from './esbuild'
import { BuildError, type ProjectOptions } from './project'
import { readConfig, type ViteConfig } from './vite-config'
import { readEnv } from './vite-env'
import { parseVite, type ViteCall } from './vite-options'
import { resolvePath } from '../../../shell/tree/tree-node'

type Place = Parameters<BuiltInProgram>[0]
type Called = Extract<ViteCall, { type: 'dev' | 'build' | 'preview' }>

/** `vite`, as a program of the sandbox. */
export function viteProgram(esbuild: Esbuild): BuiltInProgram {
  return async (place) => {
    const call = parseVite(place.world.argv.slice(2))
    if (call.type === 'words') return place.say(call.text)
    if (call.type === 'wrong') return place.end(1, `vite: ${call.text}\n`)
    try {
      await run(call, place, esbuild)
    } catch (thrown) {
      place.end(
        1,
        `vite: ${thrown instanceof BuildError ? thrown.messages.join('\n') : thrown instanceof Error ? thrown.message : String(thrown)}\n`,
      )
    }
  }
}

async function run(call: Called, place: Place, esbuild: Esbuild): Promise<void> {
  const { world } = place
  const started = performance.now()
  const root = resolvePath(world.cwd, call.root ?? '.')
  const isBuild = call.type === 'build'
  const require = place.requireFrom(`${root}/package.json`)
  const config = await readConfig({
    tree: world.tree,
    esbuild,
    root,
    command: isBuild ? 'build' : 'serve',
    options: call.options,
    require,
  })
  const options: ProjectOptions = {
    tree: world.tree,
    esbuild,
    config,
    // By the mode that the settings say, from the folder that they say.
    env: config.envDir === undefined ? {} : readEnv(world.tree, config.envDir, config.mode),
    require,
    isBuild,
  }
  if (isBuild) return tellBuilt(await buildProject(options), { place, config, started })
  const dev = call.type === 'dev' ? new DevBundle(options) : undefined
  const bundle = dev === undefined ? () => Promise.resolve(builtPage(options)) : () => dev.build()
  const folders = dev === undefined ? { ...config, publicDir: config.outDir, port: config.previewPort } : config
  const port = await serve({ config: folders, tree: world.tree, ports: world.ports, bundle, say: place.say })
  // As long as it listens.
  world.loop.hold()
  place.say(
    `\n  VITE (Tabwright’s own, esbuild ${esbuild.version})  ready in ${(performance.now() - started).toFixed(0)} ms\n\n  ➜  Local:   http://localhost:${port}${config.base}\n`,
  )
}

/** `vite preview`: what was built, as it is. */
function builtPage({ tree, config }: ProjectOptions): { readonly page: string; readonly files: ReadonlyMap<string, Uint8Array> } {
  const node = tree.find(`${config.outDir}/index.html`)
  if (node?.type !== 'file') throw new BuildError([`There is no ${config.outDir}/index.html: run vite build first.`])
  return { page: new TextDecoder().decode(node.bytes), files: new Map() }
}

function tellBuilt(
  files: Awaited<ReturnType<typeof buildProject>>,
  { place, config, started }: { readonly place: Place; readonly config: ViteConfig; readonly started: number },
): void {
  const kb = (size: number): string => `${(size / 1000).toFixed(2)} kB`.padStart(10)
  const folder = config.outDir.startsWith(`${config.root}/`) ? config.outDir.slice(config.root.length + 1) : config.outDir
  const width = Math.max(...files.map(({ path }) => path.length))
  const lines = files.map(({ path, size, gzip }) => `${folder}/${path.padEnd(width)}  ${kb(size)} │ gzip: ${kb(gzip)}`)
  place.say(`${lines.join('\n')}\n✓ built in ${(performance.now() - started).toFixed(0)} ms by esbuild\n`)
}
