import { describe, expect, it } from 'vitest'
import { asCommand, asCurl, asScenarioCommand } from './command.ts'

describe('copying a view', () => {
  it('speaks the words of the command line', () => {
    expect(asCommand('nodeList', { query: { filter: 'state:ready cpu>80%', sort: '-cpu' } })).toBe(
      `orrery node list --filter 'state:ready cpu>80%' --sort -cpu`,
    )
    expect(asCommand('workloadBind', { ref: "it's", body: { node: 'edge-1' } })).toBe(
      `orrery workload bind 'it'\\''s' --node edge-1`,
    )
    expect(
      asCommand('workloadResize', { ref: 'w', body: { demand: { cpuCores: 2, memoryBytes: 1024 } } }),
    ).toBe('orrery workload resize w --demand-cpu-cores 2 --demand-memory-bytes 1024')
    expect(asCommand('providerKindList', {})).toBe('orrery provider-kind list')
    expect(
      asCommand('runCreate', { body: { source: { kind: 'live' }, policies: ['fgd', 'my own'], seeds: [1] } }),
    ).toBe(`orrery run create --source '{"kind":"live"}' --policy fgd --policy 'my own' --seed 1`)
    expect(asCommand('policyUpdate', { ref: 'p', body: { active: true } })).toBe(
      'orrery policy update p --active',
    )
  })

  it('writes entries of a map as the command line reads them, and gives as data what flags cannot empty', () => {
    const labels = { rack: 'a b', row: '2' }
    expect(asCommand('nodeUpdate', { ref: 'n', body: { labels } })).toBe(
      `orrery node update n --label 'rack=a b' --label row=2`,
    )
    expect(
      asCommand('agentUpdate', { ref: 'a', body: { rails: { protectedLabels: { 'orrery/x': 'true' } } } }),
    ).toBe('orrery agent update a --rails-protected-label orrery/x=true')
    expect(asCommand('agentUpdate', { ref: 'a', body: { rails: { sites: [] } } })).toBe(
      `orrery agent update a --data '{"rails":{"sites":[]}}'`,
    )
    expect(
      asCommand('providerCreate', { body: { name: 'e', kind: 'emulator', config: { speed: 10 } } }),
    ).toBe('orrery provider create --name e --kind emulator --config speed=10')
  })

  it('leaves the text of a scenario in its file', () => {
    const source = { kind: 'scenario', text: 'name: a' } as const
    expect(asScenarioCommand({ source })).toBe('orrery twin fork --scenario scenario.yaml')
    expect(asScenarioCommand({ source, name: 'my own', policies: ['fgd', 'fill'], seeds: [1, 2] })).toBe(
      `orrery twin fork --scenario scenario.yaml --policy fgd,fill --seeds 1,2 --name 'my own'`,
    )
  })

  it('writes a curl that a shell reads back whole', () => {
    expect(asCurl('nodeList', { query: { filter: 'a b' } }, 'http://x')).toBe(
      `curl -H "Authorization: Bearer $ORRERY_TOKEN" 'http://x/api/v1/nodes?filter=a+b'`,
    )
    expect(asCurl('planApprove', { ref: 'p', body: {} }, 'http://x')).toContain(
      `-X POST -H 'Content-Type: application/json' -d '{}' http://x/api/v1/plans/p/approve`,
    )
  })
})
