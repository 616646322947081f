import { mapFileText, reportJson, reportMarkdown, tensorCsv } from '../engine/index.ts';
import type { ExportFormat } from '../shared/contract.ts';
import type { Report } from '../shared/report.ts';

export function exportText(report: Report, format: ExportFormat): string {
  switch (format) {
    case 'json':
      return [...reportJson(report)].join('');
    case 'csv':
      return tensorCsv(report);
    case 'markdown':
      return reportMarkdown(report);
    case 'map':
      return mapFileText(report);
  }
}
