import type { Loader, OnLoadResult } from 'esbuild-wasm'
import * as z from 'zod/mini'

/** Loads one of the project's own packages, as `require` in its folder does. @throws when it is not installed */
export type ProjectRequire = (name: string) => unknown

/** A component file, and what became of its styles. */
export interface Component {
  readonly result: OnLoadResult
  /** By their number. */
  readonly styles: readonly { readonly css: string; readonly isModule: boolean }[]
}

export interface ComponentSource {
  readonly path: string
  readonly text: string
  readonly isBuild: boolean
}

/** Its styles are asked for under this name, with their number. */
export const STYLE = '?tabwright-style='

const problems = z.array(z.unknown())
const compiled = z.object({ code: z.string(), errors: z.optional(problems), tips: z.optional(problems) })
const block = z.object({ content: z.string(), lang: z.optional(z.string()), src: z.optional(z.string()) })
const descriptor = z.object({
  script: z.nullable(block),
  scriptSetup: z.nullable(block),
  template: z.nullable(block),
  styles: z.array(z.object({ ...block.shape, scoped: z.optional(z.boolean()), module: z.optional(z.union([z.string(), z.boolean()])) })),
})
const vueScript = z.object({ content: z.string(), lang: z.optional(z.string()), bindings: z.optional(z.unknown()) })
const callable = z.custom<(...args: unknown[]) => unknown>((value) => typeof value === 'function')
const vueCompiler = z.object({ parse: callable, compileScript: callable, compileTemplate: callable, compileStyle: callable })
const svelteCompiler = z.object({ VERSION: z.string(), compile: callable, compileModule: z.optional(callable) })

/** Compiles components with the compilers that the project has installed. */
export class Components {
  readonly #require: ProjectRequire
  #vue: z.infer<typeof vueCompiler> | undefined
  #svelte: z.infer<typeof svelteCompiler> | undefined

  constructor(require: ProjectRequire) {
    this.#require = require
  }

  vue(source: ComponentSource): Component {
    this.#vue ??= z.parse(vueCompiler, this.#compiler('vue/compiler-sfc', 'vue'))
    return compileVue(this.#vue, source)
  }

  svelte({ path, text, isBuild }: ComponentSource): Component {
    this.#svelte ??= z.parse(svelteCompiler, this.#compiler('svelte/compiler', 'svelte'))
    const { compile, VERSION } = this.#svelte
    const generate = /^[34]\./.test(VERSION) ? 'dom' : 'client'
    const made = z.parse(
      z.object({ js: compiled, css: z.nullish(z.object({ code: z.string() })) }),
      compile(text, { filename: path, generate, dev: !isBuild, css: 'external' }),
    )
    const css = made.css?.code ?? ''
    const styles = css === '' ? [] : [{ css, isModule: false }]
    return { result: { contents: `${made.js.code}${imports(path, styles)}`, loader: 'js' }, styles }
  }

  /** `x.svelte.js` and `x.svelte.ts`: modules with runes. */
  svelteModule({ path, text, isBuild }: ComponentSource): OnLoadResult {
    this.#svelte ??= z.parse(svelteCompiler, this.#compiler('svelte/compiler', 'svelte'))
    const { compileModule } = this.#svelte
    if (compileModule === undefined) return { contents: text, loader: 'ts' }
    const made = z.parse(z.object({ js: compiled }), compileModule(text, { filename: path, generate: 'client', dev: !isBuild }))
    return { contents: made.js.code, loader: 'js' }
  }

  #compiler(name: string, from: string): unknown {
    try {
      return this.#require(name)
    } catch (thrown) {
      throw new Error(
        `${name} could not be loaded, which comes with ${from}: is it installed? ${thrown instanceof Error ? thrown.message : ''}`,
      )
    }
  }
}

function imports(path: string, styles: Component['styles']): string {
  return styles.map((_, n) => `\nimport ${JSON.stringify(`${path}${STYLE}${n}`)};`).join('')
}

/** The same for the same path, so that what was built before still fits. */
function idOf(path: string): string {
  let hash = 5381
  for (const char of path) hash = (Math.imul(hash, 33) ^ (char.codePointAt(0) ?? 0)) >>> 0
  return hash.toString(16).padStart(8, '0')
}

function compileVue(vue: z.infer<typeof vueCompiler>, { path, text, isBuild }: ComponentSource): Component {
  const parsed = z.parse(z.object({ descriptor: z.unknown(), errors: problems }), vue.parse(text, { filename: path, sourceMap: false }))
  if (parsed.errors.length > 0) return { result: { errors: parsed.errors.map((error) => ({ text: words(error) })) }, styles: [] }
  const parts = z.parse(descriptor, parsed.descriptor)
  const unknown = languageOf(parts)
  if (unknown !== undefined) return { result: { errors: [{ text: unknown }] }, styles: [] }
  const id = `data-v-${idOf(path)}`
  const isScoped = parts.styles.some(({ scoped }) => scoped === true)
  const script = scriptOf(vue, { parsed: parsed.descriptor, parts, id, isBuild })
  const template =
    parts.template !== null && parts.scriptSetup === null ? templateOf(vue, { parts, id, isScoped, path, bindings: script.bindings }) : ''
  const styles = parts.styles.map((style) => ({
    css: z.parse(compiled, vue.compileStyle({ source: style.content, filename: path, id, scoped: style.scoped === true })).code,
    isModule: style.module !== undefined && style.module !== false,
    name: typeof style.module === 'string' ? style.module : '$style',
  }))
  const modules = styles.flatMap(({ isModule, name }, n) =>
    isModule ? [`__component.__cssModules = { ...__component.__cssModules, ${JSON.stringify(name)}: __style${n} };`] : [],
  )
  const asked = styles.map(({ isModule }, n) => `import ${isModule ? `__style${n} from ` : ''}${JSON.stringify(`${path}${STYLE}${n}`)};`)
  const contents = [
    ...asked,
    script.content,
    template,
    ...modules,
    isScoped ? `__component.__scopeId = ${JSON.stringify(id)};` : '',
    isBuild ? '' : `__component.__file = ${JSON.stringify(path)};`,
    'export default __component',
  ]
  return { result: { contents: contents.join('\n'), loader: script.loader }, styles }
}

interface VueScripted {
  readonly content: string
  readonly loader: Loader
  readonly bindings?: unknown
}

interface VueParts {
  readonly parsed: unknown
  readonly parts: z.infer<typeof descriptor>
  readonly id: string
  readonly isBuild: boolean
}

function scriptOf(vue: z.infer<typeof vueCompiler>, { parsed, parts, id, isBuild }: VueParts): VueScripted {
  if (parts.script === null && parts.scriptSetup === null) return { content: 'const __component = {};', loader: 'js' }
  const scoped = parts.styles.some((style) => style.scoped === true)
  const options = {
    id,
    isProd: isBuild,
    genDefaultAs: '__component',
    inlineTemplate: parts.scriptSetup !== null,
    templateOptions: { id, scoped },
  }
  const { content, lang, bindings } = z.parse(vueScript, vue.compileScript(parsed, options))
  return { content, loader: lang === 'ts' ? 'ts' : 'js', bindings }
}

function templateOf(
  vue: z.infer<typeof vueCompiler>,
  {
    parts,
    id,
    isScoped,
    path,
    bindings,
  }: Pick<VueParts, 'parts' | 'id'> & { readonly isScoped: boolean; readonly path: string; readonly bindings: unknown },
): string {
  const compilerOptions = { bindingMetadata: bindings, scopeId: isScoped ? id : undefined }
  const made = z.parse(
    compiled,
    vue.compileTemplate({ source: parts.template?.content ?? '', filename: path, id, scoped: isScoped, compilerOptions }),
  )
  const [error] = made.errors ?? []
  if (error !== undefined) throw new Error(words(error))
  return `${made.code.replace('export function render', 'function __render')}\n__component.render = __render;`
}

/** What the parts are written in and this does not know. */
function languageOf({ script, scriptSetup, template, styles }: z.infer<typeof descriptor>): string | undefined {
  const code = [script, scriptSetup].find((one) => one?.lang !== undefined && one.lang !== 'ts' && one.lang !== 'js')?.lang
  if (code !== undefined) return `<script lang="${code}"> of Vue is not in this bundler; ts and js are.`
  if (template?.lang !== undefined && template.lang !== 'html')
    return `<template lang="${template.lang}"> is not in this bundler; write HTML.`
  const style = styles.find(({ lang }) => lang !== undefined && lang !== 'css')?.lang
  if (style !== undefined) return `<style lang="${style}"> is not in this bundler; write CSS, which may be nested.`
  const outside = [script, scriptSetup, template, ...styles].find((one) => one?.src !== undefined)?.src
  return outside === undefined ? undefined : `src="${outside}" of a part of a component is not in this bundler; put it into the file.`
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
