import type { Row } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { needOf, refusedByNpm } from './project-needs'

const text = (value: unknown): string => JSON.stringify(value)
const NEXT = text({ dependencies: { next: '^15.0.0' } })

it.each([
  ['no package.json', undefined, undefined],
  ['one that is no JSON', '{ "dependencies": ', undefined],
  ['a list', '[]', undefined],
  ['plain packages', text({ dependencies: { react: '19' }, devDependencies: { vite: '8' } }), undefined],
  ['a framework', NEXT, 'next'],
  ['a package that is compiled', text({ devDependencies: { sharp: '1' } }), 'sharp'],
  ['an older Node', text({ engines: { node: '>=18' } }), undefined],
  ['any Node', text({ engines: { node: '*' } }), undefined],
  ['the Node of the sandbox', text({ engines: { node: '^20.1.0' } }), undefined],
  ['a newer Node', text({ engines: { node: '>= 22.3' } }), 'Node 22'],
  ['a range from an older one on', text({ engines: { node: '18 || >=22' } }), undefined],
])('a project with %s', (_what, manifest, need) => {
  expect(needOf({ manifest })).toBe(need)
})

const lock = (packages: Readonly<Record<string, object>>): string => text({ lockfileVersion: 3, packages: { '': {}, ...packages } })

it.each([
  ['none of these', { 'node_modules/react': {} }, undefined],
  ['one that another brings along', { 'node_modules/a': {}, 'node_modules/a/node_modules/sharp': {} }, 'sharp'],
  ['a script of one in a scope', { 'node_modules/@a/b': { hasInstallScript: true } }, '@a/b'],
  ['only optional ones', { 'node_modules/x': { hasInstallScript: true, optional: true } }, undefined],
  ['what the sandbox has itself', { 'node_modules/esbuild': { hasInstallScript: true }, 'node_modules/vite': {} }, undefined],
  ['a workspace of that name', { 'packages/next': {} }, undefined],
])('a lock file with %s', (_what, packages, need) => {
  expect(needOf({ manifest: '{}', lock: lock(packages) })).toBe(need)
})

const shell = (output: string, name = 'shell'): Row => ({
  type: 'call',
  key: output,
  call: 'c' as never,
  name,
  input: '{}',
  state: 'done',
  outcome: { type: 'done', text: output },
})
const NATIVE =
  'added 2 packages\nnpm warn native better-sqlite3@11.0.0 needs a native addon (binding.gyp), which this sandbox can neither build nor load.'
const SCRIPT = 'npm warn install-scripts @a/b@1.0.0 wants to run a script, which was not run (postinstall: node x.js).'

it('takes what npm refused as a need: compiled, native, a script that was not run', () => {
  expect(refusedByNpm([shell(NATIVE)])).toBe('better-sqlite3')
  expect(refusedByNpm([shell(NATIVE), shell(SCRIPT)])).toBe('@a/b')
  expect(refusedByNpm([shell('npm error code EBADPLATFORM\nnpm error only-x64@1.0.0 is compiled for cpu x64; this')])).toBe('only-x64')
  expect(needOf({ manifest: '{}', refused: 'canvas' })).toBe('canvas')
})

it('takes nothing else for that', () => {
  expect(refusedByNpm([])).toBeUndefined()
  expect(refusedByNpm([shell('npm warn install-scripts core-js@3.0.0 wants to run a script, which was not run')])).toBeUndefined()
  expect(refusedByNpm([shell(`the docs say: ${NATIVE.slice(17)}`)])).toBeUndefined()
  expect(refusedByNpm([shell(NATIVE, 'web_fetch')])).toBeUndefined()
  expect(refusedByNpm([shell(NATIVE), ...Array.from({ length: 20 }, () => shell('ok'))])).toBeUndefined()
})
