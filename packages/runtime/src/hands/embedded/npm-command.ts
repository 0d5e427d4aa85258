import { defineCommand, type Command, type ResolvedCommandContext } from 'just-bash/browser'
import * as z from 'zod/mini'
import type { CommandHost } from './node-command'
import { LIVE_FLAG, markLive } from './live-output'

const manifest = z.object({
  name: z.optional(z.string()),
  version: z.optional(z.string()),
  scripts: z.optional(z.record(z.string(), z.string())),
})

type Result = Awaited<ReturnType<Command['execute']>>

const failed = (text: string, exitCode = 1): Result => ({ stdout: '', stderr: `npm error ${text}\n`, exitCode })

const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** The scripts of a project: `npm test`, `npm start`, `npm run <name>` with their `pre` and `post`. The rest needs a registry and says so. */
export function npmCommand(host: CommandHost): Command {
  return defineCommand('npm', async (argv, context) => {
    const at = argv.indexOf('--')
    const own = at === -1 ? argv : argv.slice(0, at)
    const extra = at === -1 ? [] : argv.slice(at + 1)
    const silent = own.some((word) => word === '-s' || word === '--silent')
    const strange = own.find((word) => word.startsWith('-') && !['-s', '--silent', '--if-present'].includes(word))
    if (strange === '-v' || strange === '--version') return { stdout: '10.8.2\n', stderr: '', exitCode: 0 }
    if (strange !== undefined) return failed(`the option ${strange} is not in this sandbox’s npm`)
    const [verb, ...rest] = own.filter((word) => !word.startsWith('-'))
    const script =
      verb === 'test' || verb === 't'
        ? 'test'
        : verb === 'start'
          ? 'start'
          : verb === 'run' || verb === 'run-script'
            ? rest.shift()
            : undefined
    const isRun = script !== undefined || verb === 'run' || verb === 'run-script'
    if (!isRun)
      return failed(
        `this sandbox’s npm runs scripts (npm test, npm start, npm run <name>); “${verb ?? ''}” needs a package registry, which it cannot reach`,
      )
    const project = readManifest(host, context.cwd)
    if (typeof project === 'string') return failed(project)
    const scripts = project.scripts ?? {}
    if (script === undefined)
      return {
        stdout: `Scripts available in ${project.name ?? 'this project'}:\n${Object.entries(scripts)
          .map(([name, line]) => `  ${name}\n    ${line}\n`)
          .join('')}`,
        stderr: '',
        exitCode: 0,
      }
    if (scripts[script] === undefined)
      return own.includes('--if-present') ? { stdout: '', stderr: '', exitCode: 0 } : failed(`Missing script: "${script}"`)
    const title = `${project.name ?? ''}${project.version === undefined ? '' : `@${project.version}`}`
    return runScripts({ script, scripts, extra: [...rest, ...extra], silent, title }, context)
  })
}

interface ScriptRun {
  readonly script: string
  readonly scripts: Readonly<Record<string, string>>
  readonly extra: readonly string[]
  readonly silent: boolean
  readonly title: string
}

async function runScripts(run: ScriptRun, context: ResolvedCommandContext): Promise<Result> {
  const total = { stdout: '', stderr: '', exitCode: 0 }
  for (const name of [`pre${run.script}`, run.script, `post${run.script}`]) {
    const line = run.scripts[name]
    if (line === undefined || context.exec === undefined) continue
    const command = name === run.script ? [line, ...run.extra.map(quoted)].join(' ') : line
    const banner = run.silent ? '' : `printf '\\n> %s\\n> %s\\n\\n' ${quoted(`${run.title} ${name}`.trim())} ${quoted(command)}; `
    const isLive = context.env.get(LIVE_FLAG) === '1'
    const env = { ...context.exportedEnv, npm_lifecycle_event: name, npm_lifecycle_script: line }
    Reflect.deleteProperty(env, LIVE_FLAG)
    const result = await context.exec(isLive ? markLive(banner + command, 'nested') : banner + command, {
      cwd: context.cwd,
      env,
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    })
    total.stdout += result.stdout
    total.stderr += result.stderr
    total.exitCode = result.exitCode
    if (result.exitCode !== 0) break
  }
  return total
}

/** The nearest package.json upwards, or the sentence that says why there is none to use. */
function readManifest(host: CommandHost, cwd: string): z.infer<typeof manifest> | string {
  for (let folder = cwd; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
    const node = host.tree.find(`${folder}/package.json`)
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
