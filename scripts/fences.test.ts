import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT, tool } from './steps.mjs'

// A lint pattern that stops matching says nothing: so every fence is tried with a violation planted behind it.

const IMPORTS = 'no-restricted-imports'
const PLANTED: readonly (readonly [file: string, text: string, rule: string | undefined])[] = [
  ['packages/protocol/src/react.ts', "import 'react'", IMPORTS],
  ['packages/protocol/src/runtime.ts', "import '@tabwright/runtime'", IMPORTS],
  ['packages/protocol/src/zod.ts', "import 'zod/mini'", undefined],
  ['packages/runtime/src/core/third-party.ts', "import 'idb'", IMPORTS],
  ['packages/runtime/src/core/node.ts', "import 'node:fs'", IMPORTS],
  ['packages/runtime/src/core/to-tools.ts', "import '../tools/x'", IMPORTS],
  ['packages/runtime/src/core/gate/to-io.ts', "import '../../io/x'", IMPORTS],
  ['packages/runtime/src/core/lazily.ts', "export const x = () => import('../io/x')", IMPORTS],
  ['packages/runtime/src/core/date.ts', 'export const x = Date.now()', 'no-restricted-globals'],
  ['packages/runtime/src/core/random.ts', 'export const x = Math.random()', 'no-restricted-properties'],
  [
    'packages/runtime/src/core/markup.ts',
    "export const x = (el: { innerHTML: string }) => (el.innerHTML = '')",
    'no-restricted-properties',
  ],
  ['packages/runtime/src/core/past-gate.ts', 'export const x = (tool: { run: () => void }) => tool.run()', 'no-restricted-properties'],
  [
    'packages/runtime/src/core/past-egress.ts',
    'export const x = (network: { send: () => void }) => network.send()',
    'no-restricted-properties',
  ],
  [
    'packages/runtime/src/core/past-hands.ts',
    'export const x = (hands: { execute: () => void }) => hands.execute()',
    'no-restricted-properties',
  ],
  ['packages/runtime/src/core/timer.ts', 'setTimeout(() => undefined, 1)', 'no-restricted-globals'],
  ['packages/runtime/src/core/log.ts', "console.log('x')", 'no-console'],
  ['packages/runtime/src/core/good.ts', "import '@tabwright/protocol'\nimport './gate/x'", undefined],
  ['packages/runtime/src/tools/third-party.ts', "import 'diff'", IMPORTS],
  ['packages/runtime/src/tools/to-io.ts', "import '../io/x'", IMPORTS],
  ['packages/runtime/src/tools/good.ts', "import '../core/x'", undefined],
  ['packages/runtime/src/hands/to-io.ts', "import '../io/x'", IMPORTS],
  ['packages/runtime/src/hands/deep/to-tools.ts', "import '../../tools/x'", IMPORTS],
  ['packages/runtime/src/hands/storage.ts', "import 'idb'", IMPORTS],
  ['packages/runtime/src/hands/good.ts', "import 'unbash'\nimport '../core/x'", undefined],
  ['packages/runtime/src/workspace/to-io.ts', "import '../io/x'", IMPORTS],
  ['packages/runtime/src/io/to-hands.ts', "import '../hands/x'", IMPORTS],
  ['packages/runtime/src/io/comlink.ts', "import 'comlink'", IMPORTS],
  ['packages/runtime/src/io/good.ts', "import 'idb'\nimport '../core/x'", undefined],
  ['packages/runtime/src/worker/storage.ts', "import 'idb'", IMPORTS],
  ['packages/runtime/src/worker/good.ts', "import 'comlink'\nimport '../io/x'", undefined],
  ['packages/runtime/src/preview-page/to-client.ts', "import '../client/x'", IMPORTS],
  ['packages/runtime/src/preview-page/good.ts', "import '@tabwright/protocol'\nimport './ask'", undefined],
  ['packages/runtime/src/offline/to-io.ts', "import '../io/x'", IMPORTS],
  ['packages/runtime/src/offline/good.ts', "import './kept-build'", undefined],
  ['packages/runtime/src/client/to-worker.ts', "import type { X } from '../worker/x'\nexport type Y = X", IMPORTS],
  ['packages/runtime/src/client/to-core.ts', "import '../core/step'", IMPORTS],
  ['packages/runtime/src/client/deep/to-core.ts', "import '../../core/gate/x'", IMPORTS],
  [
    'packages/runtime/src/client/good.ts',
    "import 'comlink'\nimport '../core/facts'\nimport x from '../worker/serve.ts?worker&url'\nx()",
    undefined,
  ],
  ['packages/relay-client/src/runtime.ts', "import '@tabwright/runtime'", IMPORTS],
  ['packages/relay-client/src/page.ts', 'export const x = document.title', 'no-restricted-globals'],
  ['packages/ui/src/state.tsx', "import 'zustand'", IMPORTS],
  ['packages/ui/src/runtime.tsx', "import '@tabwright/runtime'", IMPORTS],
  ['packages/ui/src/deep.tsx', "import '../../runtime/src/client/api'", IMPORTS],
  ['packages/ui/src/good.tsx', "import './a.css'\nimport 'react'", undefined],
  ['packages/testkit/src/ui.ts', "import '@tabwright/ui'", IMPORTS],
  ['apps/web/src/testkit.ts', "import '@tabwright/testkit'", IMPORTS],
  ['apps/web/src/worker.ts', "import '@tabwright/runtime/worker'", IMPORTS],
  ['apps/web/src/relay.ts', "import '../../relay/src/vault'", IMPORTS],
  ['apps/web/src/good.ts', "import '@tabwright/runtime/facts'", undefined],
  ['apps/relay/src/runtime.ts', "import '@tabwright/runtime'", IMPORTS],
  ['apps/relay/src/good.ts', "import 'node:http'\nimport '@tabwright/protocol/headers'", undefined],
  ['packages/protocol/src/cycle-a.ts', "import './cycle-b'", 'no-cycle'],
  ['packages/protocol/src/cycle-b.ts', "import './cycle-a'", 'no-cycle'],
  ['packages/protocol/src/anything.ts', 'export const x: any = 1', 'no-explicit-any'],
  ['packages/protocol/src/surely.ts', 'export const x = (y?: string) => y!', 'no-non-null-assertion'],
  ['packages/protocol/src/claimed.ts', 'export const x = (y: unknown) => y as string', 'consistent-type-assertions'],
  ['packages/protocol/src/ids.ts', 'export const x = (y: unknown) => y as string', undefined],
  ['packages/protocol/src/default.ts', 'export default 1', 'no-default-export'],
  ['packages/protocol/src/wide.ts', 'export const x = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d]', 'max-params'],
  ['packages/protocol/src/long.ts', `${'// line\n'.repeat(401)}export const x = 1`, 'max-lines'],
  ['packages/protocol/src/tall.ts', `export function x() {\n${'  x()\n'.repeat(61)}}`, 'max-lines-per-function'],
  ['packages/protocol/src/deep.ts', 'export function x() {\n if (x) { if (x) { if (x) { if (x) x() } } }\n}', 'max-depth'],
  ['packages/protocol/src/empty.ts', 'try { throw 1 } catch {}', 'no-empty'],
  ['packages/protocol/src/floating.ts', 'Promise.resolve(1)', 'no-floating-promises'],
  ['packages/protocol/src/CamelCase.ts', 'export const x = 1', 'filename-case'],
]

let folder = ''
let found = new Map<string, readonly string[]>()

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tabwright-fences-')))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const name of ['.oxlintrc.json', 'tsconfig.base.json']) cpSync(join(ROOT, name), join(folder, name))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "extends": "./tsconfig.base.json", "compilerOptions": { "lib": ["es2023", "dom"] }, "include": ["packages", "apps"] }',
  )
  for (const [file, text] of PLANTED) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${text}\n`)
  }
  const args = [tool('oxlint/bin/oxlint'), '--type-aware', '--format', 'json', 'packages', 'apps']
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const report = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] }
  for (const { filename, code } of report.diagnostics) found = new Map(found).set(filename, [...(found.get(filename) ?? []), code])
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('Lint', () => {
  test.each(PLANTED.filter(([, , rule]) => rule !== undefined))('refuses %s', (file, _text, rule) => {
    expect(found.get(file)?.join(' ')).toContain(rule)
  })

  test.each(PLANTED.filter(([, , rule]) => rule === undefined))('lets %s be', (file) => {
    expect((found.get(file) ?? []).filter((code) => /restricted|assertions/.test(code))).toEqual([])
  })
})

describe('Types', () => {
  test.each([
    ['window.name', ['packages/runtime/tsconfig.core.json']],
    ["fetch('/')", ['packages/runtime/tsconfig.core.json', 'packages/protocol/tsconfig.json']],
    ['process.env', ['packages/runtime/tsconfig.core.json', 'packages/runtime/tsconfig.platform.json', 'packages/ui/tsconfig.src.json']],
    ['document.title', ['packages/runtime/tsconfig.platform.json', 'apps/relay/tsconfig.json']],
  ])('do not let %s compile behind its fence', (text, configs) => {
    for (const config of configs) {
      const file = join(folder, 'planted.ts')
      writeFileSync(file, `export const x = ${text}\n`)
      const own = join(folder, 'tsconfig.planted.json')
      writeFileSync(own, JSON.stringify({ extends: join(ROOT, config), include: [file], exclude: [] }))
      const { status, stdout } = spawnSync(process.execPath, [tool('typescript/bin/tsc'), '-p', own, '--pretty', 'false'], {
        encoding: 'utf8',
      })
      expect(stdout, config).toMatch(/planted\.ts\(1,.*TS2(304|58\d|591)/)
      expect(status).not.toBe(0)
    }
  })
})
