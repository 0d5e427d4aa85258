import type api from 'typescript-api'

/** The compiler's API: TypeScript 5.9, because TypeScript 7 has none. */
export { default as ts } from 'typescript-api'

// What it exports and does not declare. The version is pinned, and tests use each of them.
declare module 'typescript-api' {
  /** The walk over files by which `tsc` reads `include` and `exclude`. */
  // oxlint-disable-next-line eslint/max-params -- the compiler's own signature
  function matchFiles(
    path: string,
    extensions: readonly string[] | undefined,
    excludes: readonly string[] | undefined,
    includes: readonly string[] | undefined,
    useCaseSensitiveFileNames: boolean,
    currentDirectory: string,
    depth: number | undefined,
    entriesOf: (path: string) => { readonly files: readonly string[]; readonly directories: readonly string[] },
    realpath: (path: string) => string,
  ): string[]

  interface SourceFile {
    /** What it imports, as written. */
    readonly imports?: readonly api.StringLiteralLike[]
  }

  interface Program {
    getResolvedModuleFromModuleSpecifier(
      specifier: api.StringLiteralLike,
      file?: api.SourceFile,
    ): { readonly resolvedModule?: api.ResolvedModuleFull } | undefined
  }
}
