import { failureOf, type PreviewView } from '@tabwright/protocol'
import type { PortsHandle } from '../api'
import { createPortSite } from './port-site'
import { present, type Presenting, type Shown } from './present'
import { createSite, type SiteFiles } from './site'
import { served } from './served'
import type { ViewStore } from './view-store'

export interface StageOptions {
  /** Its name among previews. A program's pages have another than files. `again`: so many pages of it did not let go of their process. */
  readonly id: (again: number, port: number | undefined) => Promise<string>
  readonly files: SiteFiles
  readonly ports: PortsHandle
}

type Source = Partial<Pick<PreviewView, 'folder' | 'port'>>

/** Which page is shown where, and whose: files of the workspace or a program of the sandbox. */
export class Stage {
  readonly #options: StageOptions
  readonly #store: ViewStore
  readonly #site: ReturnType<typeof createSite>
  readonly #programs: ReturnType<typeof createPortSite>
  #parent: HTMLElement | undefined
  #shown: Shown | undefined
  #id = ''
  #again = 0
  /** The person said what is to be shown. */
  #isChosen = false

  constructor(options: StageOptions, store: ViewStore) {
    this.#options = options
    this.#store = store
    this.#site = createSite(options.files)
    this.#programs = createPortSite(options.ports, navigator.userAgent)
  }

  get shown(): Shown | undefined {
    return this.#shown
  }

  /** Where it is to be shown; undefined: nowhere any more. */
  take(parent: HTMLElement | undefined): void {
    this.#close()
    this.#parent = parent
    if (parent !== undefined) this.begin()
  }

  open(to: string): void {
    this.#close()
    const answer: Presenting['answer'] = (asked, signal) => {
      const { port, folder } = this.#store.view()
      return port === undefined ? this.#site.answer(asked, folder) : this.#programs.answer(asked, port, signal)
    }
    this.#shown = this.#parent && present({ parent: this.#parent, to, answer, store: this.#store, id: this.#id })
  }

  /** Instead of a page that spins: a browser would put another of the same name into the process that hears nothing. */
  openAnew(to: string): void {
    this.#close()
    this.#again += 1
    this.#store.set({ path: to, status: { type: 'starting' } })
    this.begin()
  }

  /** Looks for a page, and opens it if there is one. */
  begin(): void {
    const place = this.#parent
    this.#look()
      .then(() => {
        const { folders, port, ports, path } = this.#store.view()
        if (place === undefined || place !== this.#parent) return
        if (port === undefined ? folders.length > 0 : ports.includes(port)) this.open(path)
        else this.#store.set({ status: port === undefined ? { type: 'none' } : { type: 'ended', port } })
      })
      .catch((error: unknown) => this.#store.set({ status: { type: 'failed', message: failureOf(error).message } }))
  }

  /** Files of the workspace changed. */
  changed(paths: readonly string[]): void {
    this.#site.changed()
    const { folder, port } = this.#store.view()
    if (this.#shown === undefined) {
      if (port === undefined) this.begin()
      return
    }
    const news = this.#options.ports.newsOf(paths)
    const own = news.filter((path) => port !== undefined || folder === '' || path.startsWith(`${folder}/`))
    if (own.length > 0) this.#shown.changed(own)
    if (paths.some((path) => path.endsWith('index.html'))) this.#look().catch(reportError)
  }

  /** Programs began or ceased to listen. */
  portsChanged(): void {
    const ports = this.#options.ports.list()
    const { ports: before, port } = this.#store.view()
    this.#store.set({ ports })
    if (port !== undefined && !ports.includes(port)) {
      this.#close()
      this.#store.set({ status: { type: 'ended', port } })
    } else if (port !== undefined && !before.includes(port)) return this.begin()
    const fresh = served(ports).find((one) => !before.includes(one))
    const isFree = port === undefined ? !this.#isChosen : !ports.includes(port)
    if (fresh !== undefined && isFree) this.#turnTo({ port: fresh })
  }

  /** The person wants to see this. */
  choose(what: Source): void {
    this.#isChosen = true
    this.#turnTo(what)
  }

  #turnTo(what: Source): void {
    this.#close()
    this.#store.set({ ...what, path: '/', title: '', rows: [], errors: 0, status: { type: 'starting' } })
    this.begin()
  }

  #close(): void {
    this.#shown?.end()
    this.#shown = undefined
  }

  async #look(): Promise<void> {
    const ports = this.#options.ports.list()
    const port = this.#store.view().port ?? (this.#isChosen ? undefined : served(ports)[0])
    this.#id = await this.#options.id(this.#again, port)
    const folders = await this.#site.folders()
    const { folder } = this.#store.view()
    this.#store.set({ folders, folder: folders.includes(folder) ? folder : (folders[0] ?? ''), ports, port })
  }
}
