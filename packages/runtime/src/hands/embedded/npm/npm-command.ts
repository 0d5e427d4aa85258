import type { Call, Command } from '../../../shell/commands/command'
import { NetRefusal } from '../../../shell/net'
import { callIn } from './call-in'
import { npmCi, npmInstall, npmUninstall, restoreGone } from './install'
import { NpmError } from './npm-error'
import { npx } from './npx'
import { runCommandScript } from './scripts'
import { readLine, type NpmLine } from './settings'
import { npmInit, npmLs, npmOutdated, npmView } from './show'
import { repoOf } from './workspaces'

/** The npm whose words and lock files these are. */
const NPM_VERSION = '10.8.2'

type Verb = (call: Call, line: NpmLine) => Promise<number>

const script =
  (name?: string): Verb =>
  async (call, line) =>
    (await restoreGone(call, line)) || runCommandScript(call, line, name)

/** Behind `--` all is the program’s, its name too. */
const npmExec: Verb = async (call, given) => {
  const [name] = given.extra
  const line = given.words.length > 0 || name === undefined ? given : { ...given, words: [name], extra: given.extra.slice(1) }
  const { workspace, workspaces, ...rest } = Object.fromEntries(line.options)
  if (workspace === undefined && workspaces === undefined) return npx(call, line)
  const { chosen } = repoOf(call, line)
  const codes: number[] = []
  for (const { folder } of chosen) codes.push(await npx(callIn(call, folder), { ...line, options: new Map(Object.entries(rest)) }))
  return codes.find((code) => code !== 0) ?? 0
}

/** Verbs that know nothing of workspaces would do something else than they were told. */
const DEAF = new Set<Verb>([npmView, npmOutdated, npmInit])

const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ...['install', 'i', 'add', 'in', 'isntall'].map((name) => [name, npmInstall] as const),
  ...['ci', 'clean-install', 'ic'].map((name) => [name, npmCi] as const),
  ...['uninstall', 'un', 'remove', 'rm', 'r', 'unlink'].map((name) => [name, npmUninstall] as const),
  ...['run', 'run-script', 'rum', 'urn'].map((name) => [name, script()] as const),
  ...['test', 't', 'tst'].map((name) => [name, script('test')] as const),
  ['start', script('start')],
  ['stop', script('stop')],
  ...['exec', 'x'].map((name) => [name, npmExec] as const),
  ...['ls', 'list', 'la', 'll'].map((name) => [name, npmLs] as const),
  ...['view', 'info', 'show', 'v'].map((name) => [name, npmView] as const),
  ['outdated', npmOutdated],
  ['init', npmInit],
])

const USAGE = `npm <command>

Usage:

npm install        install all the dependencies in your project
npm install <foo>  add the <foo> dependency to your project
npm ci             install what the lock file says
npm uninstall <foo>
npm test           run this project's tests
npm run <foo>      run the script named <foo>; -w <workspace> or --workspaces in workspaces
npm exec, npx      run a command of a package
npm ls, npm outdated, npm view <foo>, npm init -y

This is the sandbox’s own npm: packages from a registry, without their install scripts and without native code.
`

/** npm as far as this sandbox has it: `docs/design/npm.md`. */
export const npmCommand: Command = {
  name: 'npm',
  summary: 'install packages and run the scripts of a project',
  run: (call) =>
    inWords(call, () => {
      const line = readLine(call.args, ([verb = '', ...rest]) => (verb === 'exec' || verb === 'x') && rest.length > 0)
      if (line.options.has('version')) return said(call, `${NPM_VERSION}\n`, 0)
      if (line.verb === '' || line.options.has('help')) return said(call, USAGE, line.options.has('help') ? 0 : 1)
      const verb = VERBS.get(line.verb)
      if (verb === undefined) throw new NpmError('', `“${line.verb}” is not in this sandbox’s npm; npm --help lists what is`)
      if (DEAF.has(verb) && (line.options.has('workspace') || line.options.has('workspaces')))
        throw new NpmError('ENOWORKSPACES', `npm ${line.verb} takes no workspaces in this sandbox’s npm; run it in the folder of one.`)
      return verb(call, line)
    }),
}

/** `npx`, by the same hand. */
export const npxCommand: Command = {
  name: 'npx',
  summary: 'run a command of a package',
  run: (call) =>
    inWords(call, () => {
      const { verb, ...line } = readLine(call.args, (words) => words.length > 0)
      if (line.options.has('version')) return said(call, `${NPM_VERSION}\n`, 0)
      return npx(call, { ...line, verb: 'exec', words: verb === '' ? [] : [verb] })
    }),
}

async function said(call: Call, text: string, code: number): Promise<number> {
  await call.stdout.write(text)
  return code
}

/** What went wrong, as npm tells it. */
async function inWords(call: Call, run: () => Promise<number>): Promise<number> {
  try {
    return await run()
  } catch (thrown) {
    if (thrown instanceof NetRefusal) {
      await call.stderr.write(`npm error code E${thrown.type.toUpperCase().replaceAll('-', '')}\nnpm error ${thrown.message}\n`)
      return 1
    }
    if (!(thrown instanceof NpmError)) throw thrown
    const code = thrown.code === '' ? '' : `npm error code ${thrown.code}\n`
    await call.stderr.write(`${code}${thrown.lines.map((one) => `npm error ${one}`.trimEnd()).join('\n')}\n`)
    return 1
  }
}
