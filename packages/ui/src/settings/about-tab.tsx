import type { ReactNode } from 'react'
import { t } from '../language'
import { useCopy } from '../layout/use-copy'
import { Button } from '../layout/button'
import styles from './settings.module.css'

/** Something that was asked of the browser at start. */
export interface Probe {
  readonly name: string
  readonly works: boolean
  /** What is missing when it does not. */
  readonly without: string
}

export interface AboutTabProps {
  readonly versions: readonly (readonly [name: string, version: string])[]
  readonly probes: readonly Probe[]
}

/** Versions, and what this browser can do. */
export function AboutTab({ versions, probes }: AboutTabProps): ReactNode {
  const report = [
    ...versions.map(([name, version]) => `${name} ${version}`),
    ...probes.map((probe) => `${probe.name}: ${probe.works ? 'yes' : 'no'}`),
  ].join('\n')
  const copy = useCopy(report, 'Copy diagnostics')
  return (
    <>
      <h3>{t('Versions')}</h3>
      <dl className={styles['facts']}>
        {versions.map(([name, version]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{version}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('This browser')}</h3>
      <ul className={styles['probes']}>
        {probes.map((probe) => (
          <li key={probe.name} data-works={probe.works}>
            <span aria-hidden>{probe.works ? '✓' : '✕'}</span> <code>{probe.name}</code>{' '}
            <span className={styles['aside']}>{probe.works ? t('works') : t('missing: {without}', { without: probe.without })}</span>
          </li>
        ))}
      </ul>
      <Button onPress={copy.run}>{copy.label}</Button>
    </>
  )
}
