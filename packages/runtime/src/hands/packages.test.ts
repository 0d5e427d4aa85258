import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { sessionId, type NetworkFetch } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { frameTexts } from '../../../testkit/src/frame-bundles'
import { installedPackages, packageFolder } from '../../../testkit/src/installed-packages'
import { openNpmRegistry } from '../../../testkit/src/npm-registry'
import { openThreadFrame } from '../../../testkit/src/thread-frame'
import { openWorkspace } from '../workspace/workspace'
import { embeddedHands } from './embedded/embedded-hands'

const list = z.object({
  groups: z.record(
    z.string(),
    z.object({ wide: z.boolean(), files: z.record(z.string(), z.array(z.string())), commands: z.record(z.string(), z.string()) }),
  ),
})
const { groups } = z.parse(list, JSON.parse(readFileSync('packages/testkit/cases/own-packages.json', 'utf8')))
/** The large ones take a minute: `TABWRIGHT_WHOLE_LISTS=1` runs all. */
const isWhole = process.env['TABWRIGHT_WHOLE_LISTS'] === '1'

/** Where a package is here: the compiler's name is taken by another version. */
const homeOf = (name: string): string => packageFolder(name === 'typescript' ? 'typescript-api' : name)

const { signal } = new AbortController()
const run = promisify(execFile)

/** The registry of this machine, without the gate. */
const fetchHere: NetworkFetch = async ({ url, method, headers }, { sent }) => {
  sent()
  const answer = await fetch(url, { method, headers: headers.map(([name, value]): [string, string] => [name, value]) })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  async function* body(): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; at < bytes.length; at += 200_000) yield bytes.slice(at, at + 200_000)
  }
  return { status: answer.status, statusText: answer.statusText, url, headers: [...answer.headers], body: body() }
}

/** The same files beside the same packages, for the machine's Node. */
function realFolder(files: Readonly<Record<string, string>>, names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'packages-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  mkdirSync(join(folder, 'node_modules'))
  for (const name of names) symlinkSync(homeOf(name), join(folder, 'node_modules', name))
  return folder
}

async function realOutcome(folder: string, command: string): Promise<string> {
  const { stdout, code } = await run('bash', ['-c', command], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TERM: 'dumb' },
  }).then(
    (said) => ({ ...said, code: 0 }),
    (failed: { readonly stdout: string; readonly code: number }) => failed,
  )
  return `${stdout.replaceAll(folder, '/workspace')}[${code}]`
}

/** A shell of these hands in a workspace. Gives what a command wrote to its output, and its code. */
async function withShell(
  name: string,
  texts: Readonly<Record<string, string>>,
  work: (shell: (command: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
  const lease = await hands.provision(sessionId(`packages-${name}`), signal)
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  try {
    const draft = workspace.draft()
    for (const [path, text] of Object.entries(texts)) draft.write(path, new TextEncoder().encode(text))
    await work(async (command) => {
      let said = ''
      const take = {
        signal,
        files: draft,
        output: (from: string, text: string) => void (from === 'stdout' && (said += text)),
        fetch: fetchHere,
      }
      const { exitCode, text } = await hands.execute(lease, 'shell', { command, timeoutMs: 120_000 }, take)
      return exitCode === 0 || said !== '' ? `${said}[${exitCode}]` : text
    })
  } finally {
    await hands.release(lease)
  }
}

describe('packages of npm, installed by our npm and run by our Node', { timeout: 300_000 }, () => {
  const chosen = Object.entries(groups).filter(([, { wide }]) => isWhole || !wide)
  it.each(chosen)('%s do what they do in the machine’s Node, to the byte', async (name, { files, commands }) => {
    const names = [...new Set(Object.keys(commands).map((command) => command.replace(/ .*/, '')))]
    const dependencies = Object.fromEntries(names.map((one) => [one, '*']))
    const texts = {
      ...Object.fromEntries(Object.entries(files).map(([path, lines]) => [path, `${lines.join('\n')}\n`])),
      'package.json': JSON.stringify({ name: 'app', version: '1.0.0', dependencies }),
    }
    const registry = await openNpmRegistry(installedPackages(names.map(homeOf)))
    const folder = realFolder(texts, names)
    try {
      await withShell(name, { ...texts, '.npmrc': `registry=${registry.url}\n` }, async (shell) => {
        expect(await shell('npm install')).toMatch(/added \d+ packages[^]*\[0\]$/)
        for (const [what, command] of Object.entries(commands))
          expect([what, await shell(command)]).toEqual([what, await realOutcome(folder, command)])
      })
    } finally {
      rmSync(folder, { recursive: true })
      await registry.close()
    }
  })
})

describe('a project of several packages', { timeout: 60_000 }, () => {
  const home = 'evals/projects/tool-bench/files'
  const paths = readdirSync(home, { recursive: true, withFileTypes: true }).flatMap((one) =>
    one.isFile() ? [join(one.parentPath, one.name)] : [],
  )
  const texts = Object.fromEntries(paths.map((path) => [relative(home, path), readFileSync(path, 'utf8')]))

  it('is installed without a network, and its tests find each other through the links', async () => {
    await withShell('tool-bench', texts, async (shell) => {
      expect(await shell('npm install')).toMatch(/added 2 packages[^]*\[0\]$/)
      expect(await shell('npm test')).toMatch(/\n# fail 0\n[^]*\[0\]$/)
      expect(await shell(`node -e "import('@bench/planner').then((all) => console.log(Object.keys(all).length > 0))"`)).toBe('true\n[0]')
      expect(await shell('rm -r node_modules && npm run versions && test -L node_modules/@bench/units && npm run -w @bench/units')).toMatch(
        /\[0\]$/,
      )
    })
  })
})
