import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ON_DISK } from '../../../../../testkit/src/disk-folder'
import { machineNpm, npmBox, type NpmBox } from '../../../../../testkit/src/npm-box'
import { openNpmRegistry, type FakePackage, type NpmRegistry } from '../../../../../testkit/src/npm-registry'

const pkg = (name: string, version: string, more: Readonly<Record<string, unknown>> = {}): FakePackage => ({
  manifest: { name, version, license: 'MIT', ...more },
  files: { 'index.js': `module.exports = ${JSON.stringify(`${name}@${version}`)}\n`, 'cli.sh': '#!/bin/sh\necho tool\n' },
})
const PACKAGES: readonly FakePackage[] = [
  pkg('leaf', '1.0.0'),
  pkg('leaf', '1.5.0'),
  pkg('leaf', '2.0.0'),
  pkg('user', '1.0.0', { dependencies: { leaf: '^1.0.0' } }),
  pkg('tool', '1.0.0', { bin: 'cli.sh', dependencies: { leaf: '1' } }),
  // Published as well: older than the workspace of that name.
  pkg('@own/units', '0.9.0'),
]

let registry: NpmRegistry
beforeAll(async () => {
  registry = await openNpmRegistry(PACKAGES)
})
afterAll(() => registry.close())

const text = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`
/** Two that need each other, one that wants another version, one that is left out, one without a name. */
const FILES: Readonly<Record<string, string>> = {
  'package.json': text({
    name: 'whole',
    version: '1.0.0',
    workspaces: ['packages/*', '{apps,more}/**', '!more/old'],
    dependencies: { user: '1' },
    scripts: { test: 'echo root' },
  }),
  'packages/units/package.json': text({
    name: '@own/units',
    version: '1.3.0',
    license: 'MIT',
    bin: { units: './bin.sh' },
    funding: 'https://fund.example',
    devDependencies: { tool: '1' },
    scripts: { test: 'echo units; exit 3', build: 'echo built "$npm_package_name"' },
  }),
  'packages/units/bin.sh': '#!/bin/sh\necho units "$@"\n',
  'packages/planner/package.json': text({
    name: '@own/planner',
    version: '0.5.1',
    dependencies: { '@own/units': '^1.3.0', leaf: '^2.0.0' },
    scripts: { test: 'units of planner', postinstall: 'true' },
  }),
  'apps/deep/web/package.json': text({ version: '0.1.0', peerDependencies: { leaf: '1' }, dependencies: { '@own/units': '^0.9.0' } }),
  'more/old/package.json': text({ name: 'old', version: '1.0.0', dependencies: { 'not-there': '1' } }),
  'more/none/README.md': 'no package\n',
}

const box = (files = FILES): NpmBox => npmBox(registry.url, files)

describe('npm with workspaces', () => {
  it('links them, lays out what each asks for, and writes the lock file that the real npm writes', async () => {
    const one = box()
    const { err, out, code } = await one.run('npm install')
    expect({ err, code }).toEqual({ err: '', code: 0 })
    expect(out).toMatch(/\nadded 8 packages in /)
    expect([one.link('node_modules/@own/units'), one.link('node_modules/web')]).toEqual(['../../packages/units', '../apps/deep/web'])
    expect(one.text('node_modules/leaf/index.js')).toContain('leaf@1.5.0')
    expect(one.text('packages/planner/node_modules/leaf/index.js')).toContain('leaf@2.0.0')
    expect(one.text('apps/deep/web/node_modules/@own/units/index.js')).toContain('@own/units@0.9.0')
    expect(one.has('node_modules/old')).toBe(false)
    expect((await one.run('node_modules/.bin/units a; node_modules/.bin/tool; npm install')).out).toMatch(
      /^units a\ntool\n.*up to date in/s,
    )
    const { out: listed } = await one.run('npm ls')

    const folder = mkdtempSync(join(ON_DISK, 'workspaces-'))
    try {
      const lock = one.text('package-lock.json')
      for (const [path, content] of Object.entries({ ...FILES, 'package-lock.json': lock })) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), content)
      }
      const ci = await machineNpm(['ci'], { folder, registry: registry.url })
      expect(ci.code, ci.said).toBe(0)
      for (const name of ['package-lock.json', 'node_modules', 'packages/planner/node_modules', 'apps/deep/web/node_modules'])
        rmSync(join(folder, name), { recursive: true })
      const made = await machineNpm(['install'], { folder, registry: registry.url })
      expect(made.code, made.said).toBe(0)
      expect(made.said).toContain('added 8 packages')
      const theirs = readFileSync(join(folder, 'package-lock.json'), 'utf8')
      expect(lock).toBe(theirs)
      const { said } = await machineNpm(['ls'], { folder, registry: registry.url })
      expect(listed).toBe(said.replaceAll(folder, '/workspace').replaceAll(/^npm warn .*\n/gm, ''))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    expect(await one.run('npm ci')).toMatchObject({ err: '', code: 0 })
  }, 60_000)

  it('changes the package.json that is meant: by name, by folder, by where the line is said', async () => {
    const one = box()
    await one.run('npm install')
    const asked = (path: string): unknown => JSON.parse(one.text(`${path}/package.json`))
    expect((await one.run('npm install leaf@1.0.0 -E -w @own/planner')).code).toBe(0)
    expect(asked('packages/planner')).toMatchObject({ dependencies: { '@own/units': '^1.3.0', leaf: '1.0.0' } })
    expect(one.text('packages/planner/node_modules/leaf/index.js')).toContain('leaf@1.0.0')
    expect(one.has('packages/planner/package-lock.json')).toBe(false)
    expect((await one.run('cd packages/units && npm i leaf @own/planner')).code).toBe(0)
    expect(asked('packages/units')).toMatchObject({ dependencies: { '@own/planner': '^0.5.1', leaf: '^2.0.0' } })
    expect((await one.run('npm uninstall leaf -w packages')).code).toBe(0)
    expect([one.has('packages/planner/node_modules'), one.text('packages/units/package.json').includes('leaf')]).toEqual([false, false])
    expect(JSON.parse(one.text('package.json'))).toEqual(JSON.parse(FILES['package.json'] ?? ''))
    expect(await one.run('npm ci')).toMatchObject({ err: '', code: 0 })
  })

  it('runs scripts in one, in several and in all, and tells those that failed with their place', async () => {
    const one = box()
    await one.run('npm install')
    expect((await one.run('npm run build -w @own/units')).out).toContain('built @own/units\n')
    expect((await one.run('cd packages/units && npm run -s build')).out).toBe('built @own/units\n')
    expect((await one.run('npm test')).out).toContain('\nroot\n')
    expect(await one.run('npm test --workspaces --if-present -s')).toEqual({
      out: 'units of planner\nunits\n',
      err:
        'npm error Lifecycle script `test` failed with error:\nnpm error code 3\nnpm error path /workspace/packages/units\n' +
        'npm error workspace @own/units@1.3.0\nnpm error location /workspace/packages/units\n\n',
      code: 3,
    })
    expect((await one.run('npm run build -ws')).err).toContain('npm error workspace @own/planner@0.5.1\nnpm error location')
    expect((await one.run('npm exec -w packages/planner -- units here')).out).toBe('units here\n')
  })

  it('refuses what is not there, what has one name twice, and a lock file of other workspaces', async () => {
    const one = box()
    expect((await one.run('npm test -w nobody')).err).toBe(
      'npm error code ENOWORKSPACES\nnpm error No workspaces found:\nnpm error   --workspace=nobody\n',
    )
    expect((await one.run('npm outdated -w web')).err).toContain('npm outdated takes no workspaces')
    await one.run('npm install')
    one.write('packages/late/package.json', text({ name: 'late', version: '1.0.0' }))
    expect((await one.run('npm ci')).err).toContain('Missing or other in the lock file: workspace late (packages/late)')
    one.write('packages/late/package.json', text({ name: 'web', version: '1.0.0' }))
    expect((await one.run('npm install')).err).toContain('npm error code EDUPLICATEWORKSPACE')
    await one.run('rm -r packages/late packages/planner')
    expect(await one.run('npm install')).toMatchObject({ code: 0, out: expect.stringContaining('removed 2 packages') })
    expect([one.has('node_modules/@own/planner'), one.text('package-lock.json').includes('planner')]).toEqual([false, false])
  })
})
