import type { Loader, OnLoadResult } from 'esbuild-wasm'

/** What is read for the bundler. */
export interface LoadedFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** What stands behind the file's name: `?raw`. */
  readonly suffix: string
  readonly isBuild: boolean
}

const CODE: Readonly<Record<string, Loader>> = {
  js: 'js',
  mjs: 'js',
  cjs: 'js',
  jsx: 'jsx',
  ts: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'tsx',
  json: 'json',
  css: 'css',
}
const ASSET =
  /\.(?:png|jpe?g|jfif|gif|svg|ico|webp|avif|apng|bmp|mp4|webm|ogg|mp3|wav|flac|aac|opus|woff2?|eot|ttf|otf|pdf|txt|wasm|webmanifest)$/i
/** Vite puts what is smaller into the file that names it. */
const INLINE = 4096
/** While one works on a page everything but films is put in: the page needs no second request for it. */
const INLINE_DEV = 1_000_000
const PREPROCESSED: Readonly<Record<string, string>> = { scss: 'Sass', sass: 'Sass', less: 'Less', styl: 'Stylus', stylus: 'Stylus' }

const decoder = new TextDecoder()

/** How a file comes into a bundle. What is none of the known kinds is an error that says so. */
export function loadFile({ path, bytes, suffix, isBuild }: LoadedFile): OnLoadResult {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  if (suffix === '?raw') return { contents: bytes, loader: 'text' }
  if (suffix === '?url') return { contents: bytes, loader: 'file' }
  if (suffix === '?inline') return { contents: bytes, loader: extension === 'css' ? 'text' : 'dataurl' }
  if (/^\?(?:worker|sharedworker|init)/.test(suffix))
    return refused(path, `${suffix} of Vite is not in this bundler: workers and wasm modules of a bundle.`)
  const loader = path.endsWith('.module.css') ? 'local-css' : CODE[extension]
  if (loader === 'css' || loader === 'local-css') return styles(path, bytes, loader)
  if (loader !== undefined) return code(path, bytes, loader)
  const language = PREPROCESSED[extension]
  if (language !== undefined) return refused(path, `${language} is not in this bundler; write CSS, which may be nested.`)
  if (ASSET.test(path)) return { contents: bytes, loader: bytes.length < (isBuild ? INLINE : INLINE_DEV) ? 'dataurl' : 'file' }
  return refused(path, `Nothing here knows files of the kind .${extension}. ?raw gives one as text, ?url as an address.`)
}

/** Whether code that imports it gets an address. */
export function isAddress(path: string, suffix: string): boolean {
  return suffix === '?url' || (suffix === '' && ASSET.test(path))
}

function refused(path: string, why: string): OnLoadResult {
  return { errors: [{ text: `${path}: ${why}` }] }
}

function code(path: string, bytes: Uint8Array, loader: Loader): OnLoadResult {
  const text = loader === 'json' ? '' : decoder.decode(bytes)
  if (/\bimport\.meta\.glob\s*[(<]/.test(text))
    return refused(path, 'import.meta.glob of Vite is not in this bundler; import the files by name.')
  return { contents: bytes, loader }
}

function styles(path: string, bytes: Uint8Array, loader: Loader): OnLoadResult {
  const found = /@tailwind\s+\w+|@import\s+["']tailwindcss[^"']*["']/.exec(decoder.decode(bytes))
  if (found !== null) return refused(path, `${found[0]} wants Tailwind’s own compiler, which is not in this bundler.`)
  return { contents: bytes, loader }
}
