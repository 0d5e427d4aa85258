import { type JSX, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { PreviewStatus, PreviewView } from '@tabwright/protocol'
import { t } from '../language'
import { Button } from '../layout/button'
import { ConsoleStrip } from './console-strip'
import { errorReport } from './error-report'
import { PreviewBar } from './preview-bar'
import { WIDTHS, type DeviceWidth } from './device-width'
import css from './preview.module.css'

/** A preview: that of an open session fits as it is. */
export interface PreviewSource {
  getView(): PreviewView
  subscribe(listener: () => void): () => void
  show(parent: HTMLElement): () => void
  go(path: string): void
  back(): void
  forward(): void
  reload(): void
  serve(folder: string): void
  servePort(port: number | undefined): void
  clearConsole(): void
}

export interface PreviewPaneProps {
  readonly preview: PreviewSource
  /** Puts what went wrong into the message to the agent. Left out: nothing can be sent here. */
  readonly onFix?: (report: string) => void
}

/** A page of the workspace, where it is, how wide, and what it prints. Mount it with the session as `key`. */
export function PreviewPane({ preview, onFix }: PreviewPaneProps): JSX.Element {
  const view = useSyncExternalStore(preview.subscribe, preview.getView)
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState<DeviceWidth>('full')
  useEffect(() => (place.current === null ? undefined : preview.show(place.current)), [preview])
  const pixels = WIDTHS[width].pixels
  return (
    <section className={css.pane} aria-label={t('Preview')} data-testid="preview">
      <PreviewBar preview={preview} view={view} width={width} onWidth={setWidth} />
      <Notice status={view.status} onReload={preview.reload} />
      <div className={css.stage} data-narrowed={pixels !== undefined || undefined}>
        <div
          ref={place}
          className={css.place}
          data-shown={view.status.type === 'shown' || view.status.type === 'busy' || view.status.type === 'starting' || undefined}
          style={pixels === undefined ? undefined : { width: pixels }}
        />
      </div>
      <ConsoleStrip
        rows={view.rows}
        errors={view.errors}
        onClear={preview.clearConsole}
        onFix={onFix && (() => onFix(errorReport(view)))}
      />
    </section>
  )
}

function Notice({ status, onReload }: { readonly status: PreviewStatus; readonly onReload: () => void }): JSX.Element | null {
  switch (status.type) {
    case 'shown':
      return null
    case 'starting':
      return (
        <p role="status" className={css.notice}>
          {t('Starting the preview…')}
        </p>
      )
    case 'none':
      return (
        <p className={css.empty}>
          {t(
            'No page yet. A folder of the workspace with an index.html is shown here as soon as there is one, and so is what a program answers that listens on a port.',
          )}
        </p>
      )
    case 'busy':
      return (
        <div role="alert" className={css.trouble}>
          <span>{t('The page has not answered for seconds; it may be in an endless loop. The app goes on.')}</span>
          <Button onPress={onReload}>{t('Start the page anew')}</Button>
        </div>
      )
    case 'ended':
      return (
        <p role="status" className={css.empty}>
          {t('Nothing listens on port {port} any more: the program ended or was stopped. Its page is shown again when one listens there.', {
            port: status.port,
          })}
        </p>
      )
    case 'failed':
      return (
        <div role="alert" className={css.trouble}>
          <span>{t('{message} The files are as they were.', { message: status.message })}</span>
          <Button onPress={onReload}>{t('Try again')}</Button>
        </div>
      )
  }
}
