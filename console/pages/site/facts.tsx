import { Link } from 'react-router'
import type { InventorySite } from '@orrery/api/inventory.ts'
import type { Site } from '@orrery/api/site.ts'
import { useHere } from '../../live/here.ts'
import { Panel } from '../../look/panel.tsx'
import { paths } from '../../paths.ts'
import { Exact } from '../../state/instant.tsx'
import { Meter } from '../../state/meter.tsx'
import {
  bytes,
  coreDistance,
  cores,
  figures,
  gramsPerHour,
  gpus,
  percent,
  watts,
  whole,
} from '../../words/quantity.ts'
import { linkFigures, siteLinks } from './links.ts'

type SiteFactsProps = {
  site: Site
  totals: InventorySite | null
  /** all of them: a link may be written at its other end */ sites: readonly Site[]
}

export function SiteFacts({ site, totals, sites }: SiteFactsProps) {
  const { link } = useHere()
  const links = siteLinks(site, sites)
  return (
    <Panel title="What it is">
      <dl className="facts">
        {totals !== null && (
          <>
            <dt>CPU</dt>
            <dd>
              <Meter
                label="CPU"
                used={totals.cpuCoresUsed}
                reserved={totals.cpuCoresAllocated}
                of={totals.cpuCores}
              />
              <div className="faint">
                {figures(totals.cpuCoresUsed)} used, {figures(totals.cpuCoresAllocated)} reserved of{' '}
                {cores(totals.cpuCores)}
              </div>
            </dd>
            <dt>Memory</dt>
            <dd>
              <Meter
                label="Memory"
                used={totals.memoryBytesUsed}
                reserved={totals.memoryBytesAllocated}
                of={totals.memoryBytes}
              />
              <div className="faint">
                {bytes(totals.memoryBytesUsed)} used, {bytes(totals.memoryBytesAllocated)} reserved of{' '}
                {bytes(totals.memoryBytes)}
              </div>
            </dd>
            {totals.gpuMilli > 0 && (
              <>
                <dt>GPUs</dt>
                <dd>
                  <Meter label="GPUs" used={null} reserved={totals.gpuMilliAllocated} of={totals.gpuMilli} />
                  <div className="faint">
                    {figures(totals.gpuMilliAllocated / 1000)} reserved of {gpus(totals.gpuMilli)}
                  </div>
                </dd>
              </>
            )}
            <dt>Power</dt>
            <dd>
              {watts(totals.powerWatts)}, {gramsPerHour(totals.carbonGramsPerHour)}
            </dd>
            <dt>Distance</dt>
            <dd>{coreDistance(totals.latencyMs)}</dd>
          </>
        )}
        <dt>Carbon of its power</dt>
        <dd>{whole(site.carbonGramsPerKwh)} g/kWh</dd>
        <dt>Renewable</dt>
        <dd>{percent(site.renewableShare)}</dd>
        <dt>Gives away</dt>
        <dd>{site.overcommitRatio === null ? 'without limit' : `${site.overcommitRatio} × its capacity`}</dd>
        <dt>Risk levels</dt>
        <dd>
          {site.allowedRiskLevels.length === 0 ? (
            <span className="faint">none named</span>
          ) : (
            site.allowedRiskLevels.join(', ')
          )}
        </dd>
        {site.geo !== null && (
          <>
            <dt>Place</dt>
            <dd>
              {site.geo.latitude.toFixed(2)}°, {site.geo.longitude.toFixed(2)}°
            </dd>
          </>
        )}
        <dt>Links</dt>
        <dd>
          {links.length === 0 && <span className="faint">none</span>}
          {links.map((each) => (
            <div key={each.name}>
              <Link className="link" to={link(paths.site(each.name))}>
                {each.name}
              </Link>{' '}
              <span className="faint">{linkFigures(each)}</span>
            </div>
          ))}
        </dd>
        {Object.keys(site.labels).length > 0 && (
          <>
            <dt>Labels</dt>
            <dd className="mono">
              {Object.entries(site.labels).map(([key, value]) => (
                <div key={key}>
                  {key}={value}
                </div>
              ))}
            </dd>
          </>
        )}
        <dt>Created</dt>
        <dd>
          <Exact at={site.createdAt} />
        </dd>
      </dl>
    </Panel>
  )
}
