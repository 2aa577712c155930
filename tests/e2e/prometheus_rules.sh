#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: prometheus_rules.sh SOURCE_DIR
# The shipped scrape job, recording rules and alerts, under Prometheus' own tool and against series
# made by hand. No daemon, no ports.
set -euo pipefail
cd "${1:?usage: $0 SOURCE_DIR}"
promtool check config deploy/prometheus/prometheus.yml
promtool check rules deploy/prometheus/wiregap.rules.yml deploy/prometheus/wiregap.alerts.yml
promtool test rules tests/e2e/prometheus/*.test.yml
tests/e2e/prometheus/coverage.py .
