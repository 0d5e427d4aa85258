import * as z from 'zod/mini'
import type { Call, Command } from '../../shell/commands/command'
import type { FileTree } from '../../shell/tree/file-tree'

const manifest = z.object({
  name: z.optional(z.string()),
  version: z.optional(z.string()),
  scripts: z.optional(z.record(z.string(), z.string())),
})

const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

const VERBS: Readonly<Record<string, string>> = { test: 'test', t: 'test', start: 'start' }

/** The scripts of a project: `npm test`, `npm start`, `npm run <name>` with their `pre` and `post`. The rest needs a registry and says so. */
export const npmCommand: Command = {
  name: 'npm',
  summary: 'run the scripts of a project',
  async run(call) {
    const failed = async (text: string): Promise<number> => {
      await call.stderr.write(`npm error ${text}\n`)
      return 1
    }
    const at = call.args.indexOf('--')
    const own = at === -1 ? call.args : call.args.slice(0, at)
    const extra = at === -1 ? [] : call.args.slice(at + 1)
    const strange = own.find((word) => word.startsWith('-') && !['-s', '--silent', '--if-present'].includes(word))
    if (strange === '-v' || strange === '--version') {
      await call.stdout.write('10.8.2\n')
      return 0
    }
    if (strange !== undefined) return failed(`the option ${strange} is not in this sandbox’s npm`)
    const [verb = '', ...rest] = own.filter((word) => !word.startsWith('-'))
    const isRun = verb === 'run' || verb === 'run-script'
    const script = isRun ? rest.shift() : VERBS[verb]
    if (script === undefined && !isRun)
      return failed(
        `this sandbox’s npm runs scripts (npm test, npm start, npm run <name>); “${verb}” needs a package registry, which it cannot reach`,
      )
    const project = readManifest(call.system.tree, call.cwd)
    if (typeof project === 'string') return failed(project)
    const scripts = project.scripts ?? {}
    if (script === undefined) {
      const listed = Object.entries(scripts).map(([name, line]) => `  ${name}\n    ${line}\n`)
      await call.stdout.write(`Scripts available in ${project.name ?? 'this project'}:\n${listed.join('')}`)
      return 0
    }
    if (scripts[script] === undefined) return own.includes('--if-present') ? 0 : failed(`Missing script: "${script}"`)
    const silent = own.some((word) => word === '-s' || word === '--silent')
    const title = `${project.name ?? ''}${project.version === undefined ? '' : `@${project.version}`}`
    return runScripts({ script, scripts, extra: [...rest, ...extra], silent, title }, call)
  },
}

interface ScriptRun {
  readonly script: string
  readonly scripts: Readonly<Record<string, string>>
  readonly extra: readonly string[]
  readonly silent: boolean
  readonly title: string
}

async function runScripts(run: ScriptRun, call: Call): Promise<number> {
  for (const name of [`pre${run.script}`, run.script, `post${run.script}`]) {
    const line = run.scripts[name]
    if (line === undefined) continue
    const command = name === run.script ? [line, ...run.extra.map(quoted)].join(' ') : line
    if (!run.silent) await call.stdout.write(`\n> ${`${run.title} ${name}`.trim()}\n> ${command}\n\n`)
    const env = new Map([...call.env, ['npm_lifecycle_event', name], ['npm_lifecycle_script', line]])
    const code = await call.exec(['sh', '-c', command], { env })
    if (code !== 0) return code
  }
  return 0
}

/** The nearest package.json upwards, or the sentence that says why there is none to use. */
function readManifest(tree: FileTree, cwd: string): z.infer<typeof manifest> | string {
  for (let folder = cwd; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
    const node = tree.find(`${folder}/package.json`)
    if (node?.type === 'file') {
      try {
        const parsed = z.safeParse(manifest, JSON.parse(new TextDecoder().decode(node.bytes)))
        return parsed.success ? parsed.data : `${folder}/package.json is not a package description`
      } catch (thrown) {
        return `${folder}/package.json is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`
      }
    }
    if (folder === '') return `could not find a package.json in ${cwd} or above`
  }
}
