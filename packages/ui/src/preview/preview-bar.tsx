import { type JSX, useState } from 'react'
import type { PreviewView } from '@tabwright/protocol'
import { ArrowLeft, ArrowRight, RotateCw } from 'lucide-react'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import { deviceWidth, WIDTHS, type DeviceWidth } from './device-width'
import css from './preview.module.css'
import type { PreviewSource } from './preview-pane'

export interface PreviewBarProps {
  readonly preview: PreviewSource
  readonly view: PreviewView
  readonly width: DeviceWidth
  readonly onWidth: (width: DeviceWidth) => void
}

/** Where the page is, and the way to another. */
export function PreviewBar({ preview, view, width, onWidth }: PreviewBarProps): JSX.Element {
  // What is being typed is the person's until they press Enter or leave it.
  const [typed, setTyped] = useState<string>()
  const isOff = view.status.type === 'none' || view.status.type === 'ended'
  const ports = view.port === undefined || view.ports.includes(view.port) ? view.ports : [...view.ports, view.port]
  return (
    <div className={css.bar}>
      <IconButton label={t('Back')} disabled={isOff} onPress={preview.back}>
        <ArrowLeft size={15} aria-hidden />
      </IconButton>
      <IconButton label={t('Forward')} disabled={isOff} onPress={preview.forward}>
        <ArrowRight size={15} aria-hidden />
      </IconButton>
      <IconButton label={t('Reload')} onPress={preview.reload}>
        <RotateCw size={15} aria-hidden />
      </IconButton>
      {ports.length > 0 && (
        <select
          className={css.select}
          aria-label={t('Port')}
          value={view.port ?? ''}
          onChange={(event) => preview.servePort(event.target.value === '' ? undefined : Number(event.target.value))}
        >
          <option value="">{t('Files')}</option>
          {ports.map((port) => (
            <option key={port} value={port}>
              {t('Port {port}', { port })}
            </option>
          ))}
        </select>
      )}
      {view.folders.length > 1 && view.port === undefined && (
        <select className={css.select} aria-label={t('Folder')} value={view.folder} onChange={(event) => preview.serve(event.target.value)}>
          {view.folders.map((folder) => (
            <option key={folder} value={folder}>
              {folder === '' ? t('Workspace') : folder}
            </option>
          ))}
        </select>
      )}
      <form
        className={css.address}
        onSubmit={(event) => {
          event.preventDefault()
          preview.go(typed ?? view.path)
          setTyped(undefined)
        }}
      >
        <input
          aria-label={t('Address')}
          spellCheck={false}
          autoComplete="off"
          disabled={isOff}
          title={view.title === '' ? undefined : view.title}
          value={typed ?? view.path}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => setTyped(undefined)}
        />
      </form>
      <select className={css.select} aria-label={t('Width')} value={width} onChange={(event) => onWidth(deviceWidth(event.target.value))}>
        {Object.entries(WIDTHS).map(([name, { label }]) => (
          <option key={name} value={name}>
            {t(label)}
          </option>
        ))}
      </select>
    </div>
  )
}
