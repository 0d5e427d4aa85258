import type { Call } from '../../../shell/commands/command'
import { textOf } from '../../../shell/text'
import { installInto } from './install'
import { binsOf, manifestOf } from './manifest'
import { NpmError } from './npm-error'
import { projectOf } from './project'
import { scriptEnv } from './scripts'
import { settingsOf, type NpmLine } from './settings'
import { wantedOf } from './spec'

/** `npx <package> [words…]` and `npm exec`: runs a command of a package, of the project’s own where it has it. */
export async function npx(call: Call, given: NpmLine): Promise<number> {
  const { words, extra, options } = given
  const wanted = options.get('package')
  const line = options.get('call')
  const [first] = words
  if (first === undefined && line === undefined) throw new NpmError('EUSAGE', 'npx wants the name of a package: npx <package> [words…]')
  const word = wanted ?? first ?? ''
  const project = projectOf(call)
  const env = scriptEnv(call, project)
  const run = (path: string | undefined): Promise<number> => {
    const inside = path === undefined ? env : new Map([...env, ['PATH', `${path}:${env.get('PATH') ?? ''}`]])
    if (line !== undefined) return call.exec(['sh', '-c', line], { env: inside })
    return call.exec([commandOf(call, path, { word, first: first ?? '', isNamed: wanted !== undefined }), ...extra], { env: inside })
  }
  if (word === '') return run(undefined)
  const { name, raw } = wantedOf(word)
  const local = localBin(call, project.folder, wanted === undefined ? name.replace(/^@[^/]*\//, '') : (first ?? ''))
  if (local !== undefined && raw === '') return run(undefined)
  if (options.has('no-install')) throw new NpmError('EINSTALL', `${word} is not installed, and --no-install was said.`)
  const folder = `${call.env.get('HOME') ?? '/home/user'}/.npm/_npx/${word.replaceAll(/[^\w.@^~-]/g, '+')}`
  if (call.system.tree.find(`${folder}/node_modules/${name}/package.json`) === undefined) {
    await call.stderr.write(`npm warn exec The following package was not found and will be installed: ${word}\n`)
    await installInto(call, { folder, word, registry: settingsOf(call, given, project.folder).registry })
  }
  return run(`${folder}/node_modules/.bin`)
}

function localBin(call: Call, folder: string, command: string): string | undefined {
  for (let at = folder; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const path = `${at}/node_modules/.bin/${command}`
    if (call.system.tree.find(path)?.type === 'file') return path
    if (at === '') return undefined
  }
}

/** The command that a package means by its name: its only one, or the one that is called like it. */
function commandOf(
  call: Call,
  bin: string | undefined,
  { word, first, isNamed }: { word: string; first: string; isNamed: boolean },
): string {
  if (isNamed) return first
  const { name } = wantedOf(word)
  const plain = name.replace(/^@[^/]*\//, '')
  if (bin === undefined) return plain
  const node = call.system.tree.find(`${bin.slice(0, -'/.bin'.length)}/${name}/package.json`)
  const manifest = node?.type === 'file' ? manifestOf(JSON.parse(textOf(node.bytes))) : undefined
  const commands = manifest ? binsOf({ ...manifest, name }).map(([command]) => command) : []
  if (commands.includes(plain)) return plain
  const [only, ...others] = commands
  if (only === undefined || others.length > 0)
    throw new NpmError('EEXEC', `could not determine executable to run: ${name} has ${commands.join(', ') || 'none'}`)
  return only
}
