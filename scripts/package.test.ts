import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import relayBuild from '../apps/relay/vite.config'
import { notices } from './notices.mjs'
import { ROOT } from './steps.mjs'

interface Manifest {
  readonly version: string
  readonly bin?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
}

const manifestOf = (path: string): Manifest => JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')) as Manifest

test('The package depends on what the built relay does not hold, in the same version, and on nothing else', () => {
  const relay = manifestOf('apps/relay')
  const left = relayBuild.ssr?.external
  expect(left).toEqual(['libsql'])
  expect(manifestOf('.').dependencies).toEqual({ libsql: relay.dependencies['libsql'] })
})

test('The package has the build, and its command is in it', () => {
  const { bin, files, version } = manifestOf('.')
  expect(files).toEqual(['dist', 'dist-relay', 'THIRD-PARTY.txt'])
  expect(bin).toEqual({ tabwright: 'dist-relay/main.mjs' })
  // What the command says of itself.
  expect(manifestOf('apps/relay').version).toBe(version)
})

/** Each lets its code be passed on in a package of another licence. */
const PERMISSIVE = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'OFL-1.1', 'Unlicense', '(MPL-2.0 OR Apache-2.0)']

test('What others wrote and the package may hold is named with its licence, and each of these is permissive', () => {
  const all = notices()
  const names = all.map(({ name }) => name)
  // Of the page, of the relay, of the sandbox, and what another one needs.
  expect(names).toEqual(expect.arrayContaining(['react', 'ws', 'sucrase', 'scheduler']))
  expect(names).not.toEqual(expect.arrayContaining(['vitest']))
  // One is not: Python's licence asks that its own files stay under it and that their source is named, and no more of the rest.
  expect(all.filter(({ license }) => !PERMISSIVE.includes(license)).map(({ name, license }) => `${name} ${license}`)).toEqual([
    'pyodide MPL-2.0',
  ])
  expect(all.find(({ name }) => name === 'pyodide')?.text).toContain('https://github.com/pyodide/pyodide')
  expect(all.find(({ name }) => name === 'react')?.text).toContain('Permission is hereby granted')
})
