import { describe, expect, it } from 'vitest'
import { FileTree } from '../../../shell/tree/file-tree'
import { parentName } from '../../../shell/tree/tree-node'
import { BundlePaths } from './bundle-paths'
import { loadFile } from './load-file'
import { defines, pageEnv, readEnv } from './vite-env'
import { errorPage, readPage } from './vite-html'
import { parseVite } from './vite-options'
import type { ViteConfig } from './vite-config'
import { unknownSettings } from './vite-settings'

function treeOf(files: Readonly<Record<string, string>>): FileTree {
  const tree = new FileTree()
  for (const [path, text] of Object.entries(files)) {
    tree.mkdir(parentName(path), true)
    tree.writeFile(path, new TextEncoder().encode(text))
  }
  return tree
}

const load = (path: string, text = '', suffix = '') => loadFile({ path, bytes: new TextEncoder().encode(text), suffix, isBuild: false })

describe('where modules are', () => {
  const tree = treeOf({
    '/w/src/a.tsx': '',
    '/w/src/part/index.ts': '',
    '/w/node_modules/mapped/package.json': JSON.stringify({ exports: { '.': { browser: './b.js', node: './n.js' }, './sub': { development: './d.js', default: './p.js' } } }), // prettier-ignore
    '/w/node_modules/mapped/b.js': '',
    '/w/node_modules/mapped/n.js': '',
    '/w/node_modules/mapped/d.js': '',
    '/w/node_modules/mapped/p.js': '',
    '/w/node_modules/old/package.json': JSON.stringify({ main: 'main', module: 'module.js', browser: { './module.js': './page.js', fs: false } }), // prettier-ignore
    '/w/node_modules/old/module.js': '',
    '/w/node_modules/old/main.js': '',
    '/w/node_modules/old/page.js': '',
  })
  const at = (specifier: string, mode: 'development' | 'production' = 'development', folder = '/w/src') => {
    const found = new BundlePaths(tree, { mode }).resolve(specifier, folder, 'import')
    return found?.type === 'file' ? found.path : found?.type
  }

  it('endings are guessed, and a TypeScript file is found by the name that it will have', () => {
    expect(['./a', './a.js', './part', './gone'].map((one) => at(one))).toEqual(['/w/src/a.tsx', '/w/src/a.tsx', '/w/src/part/index.ts', undefined]) // prettier-ignore
  })

  it('packages say what is for browsers, by exports and by the field of that name', () => {
    expect([at('mapped'), at('mapped/sub'), at('mapped/sub', 'production')].map((one) => one?.slice(-4))).toEqual(['b.js', 'd.js', 'p.js']) // prettier-ignore
    expect([at('old'), at('fs', 'development', '/w/node_modules/old'), at('mapped/n.js')]).toEqual([
      '/w/node_modules/old/page.js',
      'empty',
      undefined,
    ])
  })
})

describe('what a bundle takes', () => {
  it('knows code, styles, assets and what stands behind a name', () => {
    expect(load('/a.module.css').loader).toBe('local-css')
    expect([load('/a.png').loader, load('/a.svg', '', '?raw').loader, load('/a.svg', '', '?url').loader]).toEqual([
      'dataurl',
      'text',
      'file',
    ])
  })

  it('names what is not in it', () => {
    const told = (...args: Parameters<typeof load>) => load(...args).errors?.[0]?.text
    expect(told('/w/a.scss')).toBe('/w/a.scss: Sass is not in this bundler; write CSS, which may be nested.')
    expect(told('/w/a.css', '@import "tailwindcss";')).toContain('Tailwind')
    expect(told('/w/a.ts', 'import.meta.glob("./*.ts")')).toContain('import.meta.glob')
    expect(told('/w/a.xyz')).toContain('.xyz')
    expect(parseVite(['build', '--ssr'])).toEqual({ type: 'wrong', text: '--ssr is not in this vite; vite --help lists what is' })
    expect(parseVite(['--port', 'x'])).toMatchObject({ type: 'wrong' })
    expect(parseVite(['build', 'web', '--outDir=out', '--host'])).toEqual({ type: 'build', root: 'web', options: { outDir: 'out' } })
  })
})

describe('settings and options', () => {
  it('that are followed or change nothing pass, every other one is named', () => {
    expect(
      unknownSettings({
        base: './',
        envDir: 'env',
        build: { sourcemap: true, assetsDir: 'x', target: 'es2020', lib: false, manifest: undefined, cssCodeSplit: true },
        resolve: { alias: {}, extensions: ['.js'], conditions: ['x'], dedupe: ['react'] },
        server: { port: 1, host: true, hmr: { overlay: false } },
        esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
        appType: 'spa',
      }),
    ).toEqual([])
    expect(
      unknownSettings({
        ssr: {},
        appType: 'mpa',
        server: { proxy: { '/api': 'x' }, https: {} },
        build: { rollupOptions: {}, lib: {}, cssCodeSplit: false, assetsInlineLimit: 1 },
        resolve: { mainFields: [], preserveSymlinks: true },
        esbuild: { drop: ['console'], jsx: 'preserve' },
        css: { modules: {} },
        optimizeDeps: { esbuildOptions: {} },
      }),
    ).toEqual([
      'ssr', 'appType', 'build.rollupOptions', 'build.lib', 'build.assetsInlineLimit', 'server.proxy', 'server.https', 'resolve.mainFields',
      'resolve.preserveSymlinks', 'css.modules', 'esbuild.drop', 'esbuild.jsx', 'optimizeDeps.esbuildOptions', 'build.cssCodeSplit',
    ]) // prettier-ignore
  })

  it('of a command line take the word behind them where Vite takes it', () => {
    const called = (...args: string[]) => parseVite(args)
    expect(called('--host', '0.0.0.0', 'web')).toEqual({ type: 'dev', root: 'web', options: {} })
    expect(called('--host', '--port', '4000')).toEqual({ type: 'dev', root: undefined, options: { port: 4000 } })
    expect(called('build', '--minify', 'esbuild', '--sourcemap', 'inline', '--assetsDir=x', '--target', 'es2020')).toEqual({
      type: 'build',
      root: undefined,
      options: { minify: true, sourcemap: 'inline', assetsDir: 'x', target: 'es2020' },
    })
    expect(called('build', '--sourcemap', '--minify=false')).toMatchObject({ options: { sourcemap: 'true', minify: false } })
  })
})

describe('the page of a project', () => {
  it('gives its modules and styles to the bundle, keeps the rest, and heeds no comment', () => {
    const html =
      '<head><!-- <script type="module" src="/no.js"></script> --><link rel="stylesheet" href="/a.css"><link rel="icon" href="/i.svg"></head><body><script type=module src=/m.js></script><script src="/old.js"></script>%VITE_A% %NO%'
    const page = readPage(html, { VITE_A: 'x' }, () => true)
    expect(page.entries).toEqual([{ type: 'file', path: '/m.js' }])
    expect(page.styles).toEqual(['/a.css'])
    const made = page.render({ scripts: ['/e.js'], styles: ['/e.css'], first: '/p.js' })
    expect(made).toMatch(/href="\/e\.css"[\s\S]*src="\/p\.js"[\s\S]*src="\/e\.js"[\s\S]*<\/head>/)
    expect(made).toMatch(/<!-- .*no\.js.* -->[\s\S]*i\.svg[\s\S]*old\.js[\s\S]*x %NO%/)
    expect(made).not.toContain('src=/m.js')
  })

  it('gets its tags where a head would be, never in front of the doctype, and what it names from its root below the base', () => {
    const tags = (html: string, base?: string): string =>
      readPage(html, {}, () => false).render({ scripts: ['e.js'], styles: [], ...(base !== undefined && { base }) })
    for (const [html, before] of [
      ['<!doctype html><title>x</title><p>', /^<!doctype html>\s*<script/],
      ['<!doctype html><html lang="en"><body>', /^<!doctype html><html lang="en">\s*<script/],
      ['<!doctype html><!-- </head> --><head><title>x</title>', /<head>\s*<script/],
      ['<p>', /^\s*<script/],
    ] as const)
      expect(tags(html)).toMatch(before)
    const named = '<head><link rel="icon" href="/i.svg"></head><img src=/a.png><img src="//x.dev/b.png"><a href="/next"><!-- -->'
    expect(tags(named, './')).toContain('<link rel="icon" href="./i.svg">')
    expect(tags(named, '/app/')).toMatch(/<img src=\/app\/a\.png><img src="\/\/x\.dev\/b\.png"><a href="\/next">/)
    expect(tags(named)).toContain('href="/i.svg"')
  })

  it('tells a mistake as text', () => {
    expect(errorPage(['</script><b>'])).not.toContain('</script><b>')
  })

  it('gets of the environment what is meant for it', () => {
    const tree = treeOf({ '/w/.env': 'VITE_A="a b" # said\nSECRET=s', '/w/.env.development': 'export VITE_A=c' })
    const config: ViteConfig = { root: '/w', base: '/', mode: 'development', envDir: '/w', publicDir: undefined, outDir: '/w/dist', emptyOutDir: undefined, assetsDir: 'assets', sourcemap: undefined, target: 'es2022', copyPublicDir: true, extensions: undefined, conditions: [], dedupe: [], port: 1, previewPort: 2, strictPort: false, minify: true, alias: [], define: { X: '1' }, envPrefix: ['VITE_'], jsxImportSource: 'react' } // prettier-ignore
    const env = pageEnv(config, readEnv(tree, '/w', 'development'), false)
    expect(env).toEqual({ VITE_A: 'c', MODE: 'development', BASE_URL: '/', DEV: true, PROD: false, SSR: false })
    expect(defines(config, env, false)).toMatchObject({ 'process.env.NODE_ENV': '"development"', 'import.meta.hot': 'undefined', X: '1' })
    expect(readEnv(tree, '/w', 'production')['VITE_A']).toBe('a b')
  })
})
