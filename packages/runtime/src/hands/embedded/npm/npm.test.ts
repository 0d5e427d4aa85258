import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ON_DISK } from '../../../../../testkit/src/disk-folder'
import { machineNpm, npmBox, type NpmBox } from '../../../../../testkit/src/npm-box'
import { openNpmRegistry, packed, type FakePackage, type NpmRegistry } from '../../../../../testkit/src/npm-registry'

const pkg = (
  name: string,
  version: string,
  more: Readonly<Record<string, unknown>> = {},
  files: FakePackage['files'] = {},
): FakePackage => ({
  manifest: { name, version, license: 'MIT', ...more },
  files: { 'index.js': `module.exports = ${JSON.stringify(`${name}@${version}`)}\n`, ...files },
})

const PACKAGES: readonly FakePackage[] = [
  pkg('leaf', '1.0.0'),
  pkg('leaf', '1.5.0'),
  pkg('leaf', '2.0.0'),
  pkg('old-user', '1.0.0', { dependencies: { leaf: '^1.0.0' } }),
  pkg('new-user', '1.0.0', { dependencies: { leaf: '^2.0.0', '@scope/part': '1.x' } }),
  pkg('@scope/part', '1.2.3', { bin: { part: './cli.sh' } }, { 'cli.sh': '#!/bin/sh\necho part "$@"\n' }),
  { ...pkg('tagged', '3.0.0-beta.1'), tags: ['next'] },
  pkg('tagged', '2.9.0'),
  pkg('plugin', '1.0.0', { peerDependencies: { leaf: '^1.0.0' } }),
  pkg('peers', '1.0.0', { peerDependencies: { leaf: '2', missing: '*' }, peerDependenciesMeta: { missing: { optional: true } } }),
  pkg('maybe', '1.0.0', { optionalDependencies: { 'only-x64': '1.0.0' }, dependencies: { 'only-x64': '1.0.0' } }),
  pkg('only-x64', '1.0.0', { os: ['linux'], cpu: ['x64'] }, { 'addon.node': 'binary' }),
  pkg('needs-x64', '1.0.0', { dependencies: { 'only-x64': '1.0.0' } }),
  pkg('scripted', '1.0.0', { scripts: { postinstall: 'node install.js' } }),
  pkg('native', '1.0.0', {}, { 'binding.gyp': '{}' }),
  pkg('dev-tool', '1.0.0', { bin: 'run.sh', dependencies: { leaf: '1' } }, { 'run.sh': '#!/bin/sh\r\necho tool\n' }),
]

let registry: NpmRegistry
beforeAll(async () => {
  registry = await openNpmRegistry(PACKAGES)
})
afterAll(() => registry.close())

const box = (files: Readonly<Record<string, string>> = {}): NpmBox => npmBox(registry.url, files)

const manifest = (dependencies: Readonly<Record<string, string>>, more: object = {}): Readonly<Record<string, string>> => ({
  'package.json': `${JSON.stringify({ name: 'app', version: '1.0.0', dependencies, ...more }, undefined, 2)}\n`,
})

const realNpm = (verb: string, folder: string): ReturnType<typeof machineNpm> => machineNpm([verb], { folder, registry: registry.url })

describe('npm install', () => {
  it('lays packages out as npm does: as far up as they go, below whoever needs another version', async () => {
    const one = box(manifest({ 'new-user': '^1.0.0', 'old-user': '^1.0.0' }))
    const { err, out, code } = await one.run('npm install')
    expect({ err, code }).toEqual({ err: '', code: 0 })
    expect(out).toMatch(/^\nadded 5 packages in /)
    expect(one.text('node_modules/leaf/index.js')).toContain('leaf@2.0.0')
    expect(one.text('node_modules/old-user/node_modules/leaf/index.js')).toContain('leaf@1.5.0')
    expect((await one.run('npm install')).out).toMatch(/^\nup to date in /)
    expect((await one.run('part() { :; }; node_modules/.bin/part a b; npm ls --all')).out).toBe(
      'part a b\napp@1.0.0 /workspace\n├─┬ new-user@1.0.0\n│ ├── @scope/part@1.2.3\n│ └── leaf@2.0.0\n└─┬ old-user@1.0.0\n  └── leaf@1.5.0\n\n',
    )
  })

  it('writes a lock file that the real npm takes, and takes the one that it writes', async () => {
    const one = box(
      manifest({ 'new-user': '^1.0.0', 'old-user': '^1.0.0', maybe: '1', peers: '1' }, { devDependencies: { 'dev-tool': '1' } }),
    )
    expect((await one.run('npm install')).code).toBe(0)
    const folder = mkdtempSync(join(ON_DISK, 'npm-'))
    try {
      for (const name of ['package.json', 'package-lock.json']) writeFileSync(join(folder, name), one.text(name))
      const real = await realNpm('ci', folder)
      expect(real.code, real.said).toBe(0)
      expect(readFileSync(join(folder, 'node_modules/old-user/node_modules/leaf/index.js'), 'utf8')).toContain('leaf@1.5.0')
      // The other way round: the lock that it makes of the same wishes is the same, to the letter.
      for (const name of ['package-lock.json', 'node_modules']) rmSync(join(folder, name), { recursive: true })
      const made = await realNpm('install', folder)
      expect(made.code, made.said).toBe(0)
      const theirs = readFileSync(join(folder, 'package-lock.json'), 'utf8')
      expect(one.text('package-lock.json')).toBe(theirs)
      one.write('package-lock.json', theirs)
      expect((await one.run('npm ci')).code).toBe(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 60_000)

  it('saves what was asked for as npm does', async () => {
    const one = box(manifest({}))
    await one.run('npm i tagged@next leaf@1.0.0 && npm i -D -E dev-tool && npm i other@npm:leaf@^1.2.0')
    expect(JSON.parse(one.text('package.json'))).toEqual({
      name: 'app',
      version: '1.0.0',
      dependencies: { leaf: '^1.0.0', other: 'npm:leaf@^1.5.0', tagged: '^3.0.0-beta.1' },
      devDependencies: { 'dev-tool': '1.0.0' },
    })
    expect(one.text('node_modules/leaf/index.js')).toContain('leaf@1.0.0')
    await one.run('npm uninstall other tagged')
    expect([one.has('node_modules/other'), one.has('node_modules/tagged'), one.has('node_modules/leaf')]).toEqual([false, false, true])
    expect(one.text('package.json')).not.toContain('tagged')
  })

  it('keeps to the lock file while it fits', async () => {
    const one = box(manifest({ leaf: '1.0.0' }))
    await one.run('npm install')
    one.write('package.json', manifest({ leaf: '^1.0.0' })['package.json'] ?? '')
    await one.run('npm install')
    expect(one.text('node_modules/leaf/index.js')).toContain('leaf@1.0.0')
    expect((await one.run('npm ci')).code).toBe(0)
    one.write('package.json', manifest({ leaf: '^2.0.0' })['package.json'] ?? '')
    const { err, code } = await one.run('npm ci')
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^npm error code EUSAGE\n.*\nnpm error Missing or other in the lock file: leaf\n$/),
    })
  })

  it('puts a peer beside whoever wants it, and says where two do not go together', async () => {
    const one = box(manifest({ peers: '1' }))
    await one.run('npm install')
    expect(one.text('node_modules/leaf/index.js')).toContain('leaf@2.0.0')
    expect(one.has('node_modules/missing')).toBe(false)
    const { err, code } = await one.run('npm install plugin')
    expect(code).toBe(1)
    expect(err).toMatch(/^npm error code ERESOLVE\n/)
    expect(err).toContain('peer')
    expect(one.has('node_modules/plugin')).toBe(false)
    expect((await one.run('npm install plugin --legacy-peer-deps')).code).toBe(0)
  })
})

describe('what cannot be here', () => {
  it('names packages with install scripts and native code, and the hands that can', async () => {
    const one = box(manifest({ scripted: '1', native: '1' }))
    const { err, code } = await one.run('npm install')
    expect(code).toBe(0)
    expect(err).toContain('npm warn native native@1.0.0 needs a native addon (binding.gyp)')
    expect(err).toContain('npm warn install-scripts scripted@1.0.0 wants to run a script, which was not run (postinstall: node install.js)')
    expect(err).toContain('WebContainers can, ')
    expect(err).toContain('tabwright hands')
  })

  it('leaves out what is optional and for another machine, and refuses what is not optional', async () => {
    const one = box(manifest({ maybe: '1' }))
    expect((await one.run('npm install')).code).toBe(0)
    expect(one.has('node_modules/only-x64')).toBe(false)
    expect(one.text('package-lock.json')).toContain('node_modules/only-x64')
    const gone = await box(manifest({}, { optionalDependencies: { 'not-there': '1', leaf: '1' } })).run('npm install')
    expect(gone).toMatchObject({ code: 0, err: expect.stringContaining('npm warn optional dependency not-there@1 was left out') })
    const two = await box(manifest({ 'needs-x64': '1' })).run('npm install')
    expect(two).toMatchObject({ code: 1, err: expect.stringContaining('npm error code EBADPLATFORM\nnpm error only-x64@1.0.0') })
  })

  it.each([
    ['git', 'x@git+https://a.example/x.git'],
    ['a folder', './x'],
    ['an archive', 'x@https://a.example/x.tgz'],
    ['GitHub', 'someone/x'],
  ])('refuses %s by name', async (_what, word) => {
    const { err, code } = await box(manifest({})).run(`npm install ${word}`)
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('takes packages from a registry alone') })
  })

  it.each([
    ['E404', 'npm install not-there'],
    ['ETARGET', 'npm install leaf@9'],
    ['EOPTION', 'npm install --global leaf'],
  ])('%s is told in the words of npm', async (error, line) => {
    const one = box(manifest({}))
    const { err, code } = await one.run(line)
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`npm error code ${error}\n`) })
    expect(one.has('package-lock.json')).toBe(false)
  })
})

describe('what a registry sends', () => {
  it('is not unpacked where it is not what was named; nothing is changed then', async () => {
    const own = await openNpmRegistry(PACKAGES)
    try {
      own.break('/leaf/-/leaf-2.0.0.tgz', packed({ 'package.json': '{}' }))
      const one = box({ ...manifest({ leaf: '2', tagged: '2' }), '.npmrc': `registry=${own.url}\n` })
      const { err, code } = await one.run('npm install')
      expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^npm error code EINTEGRITY\nnpm error leaf@2\.0\.0/) })
      expect(one.has('node_modules')).toBe(false)
    } finally {
      await own.close()
    }
  })

  it.each(['../../evil', 'a/../../../evil', 'a\\..\\evil'])('does not lead out of the package: %s', async (name) => {
    const own = await openNpmRegistry([{ manifest: { name: 'evil', version: '1.0.0' }, files: { [name]: 'x' } }])
    try {
      const one = box({ ...manifest({ evil: '1' }), '.npmrc': `registry=${own.url}\n` })
      const { err, code } = await one.run('npm install')
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('names a file outside of the package') })
      expect(one.has('evil')).toBe(false)
    } finally {
      await own.close()
    }
  })
})

describe('scripts and commands', () => {
  it('finds commands of packages first, in scripts and for npx', async () => {
    const one = box(manifest({ 'dev-tool': '1' }, { scripts: { pretest: 'echo before', test: 'dev-tool', constructor2: 'true' } }))
    await one.run('npm install')
    expect(await one.run('npm test')).toEqual({
      err: '',
      code: 0,
      out: '\n> app@1.0.0 pretest\n> echo before\n\nbefore\n\n> app@1.0.0 test\n> dev-tool\n\ntool\n',
    })
    expect((await one.run('npx dev-tool')).out).toBe('tool\n')
    expect((await one.run('npm run constructor')).err).toBe('npm error Missing script: "constructor"\n')
  })

  it('npx brings what the project does not have, into a folder of its own', async () => {
    const one = box(manifest({}))
    const { out, err, code } = await one.run('npx -y @scope/part --flag x')
    expect({ out, code }).toEqual({ out: 'part --flag x\n', code: 0 })
    expect(err).toContain('will be installed: @scope/part')
    expect(one.has('node_modules')).toBe(false)
  })

  it('tells what a registry knows', async () => {
    const one = box(manifest({ leaf: '^1.0.0' }))
    expect(
      (await one.run('npm view leaf version; npm view leaf@1 version; npm view tagged dist-tags.next; npm view leaf versions --json')).out,
    ).toBe('2.0.0\n1.5.0\n3.0.0-beta.1\n[\n  "1.0.0",\n  "1.5.0",\n  "2.0.0"\n]\n')
    await one.run('npm install')
    expect(await one.run('npm outdated')).toMatchObject({ code: 1, out: expect.stringMatching(/\nleaf +1\.5\.0 +1\.5\.0 +2\.0\.0/) })
    expect((await one.run('mkdir -p new && cd new && npm init -y')).out).toContain('Wrote to /workspace/new/package.json')
  })
})
